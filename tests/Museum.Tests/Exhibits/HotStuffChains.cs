namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in HotStuff's rules, in what it counts, and in what it promises.</summary>
internal static class HotStuffChains
{
    private const string ThreeChain = "HotStuff/Rules/ThreeChainRules.cs";
    private const string Voting = "HotStuff/Agreement/Voting.cs";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "H1 a commit without consecutive views",
            Bug = "Three certified nodes, each the parent of the next, commit the first whatever their views: another branch may lie between them.",
            Origin = "relab/hotstuff issue 249, and its vulnerable variant for Twins",
            Mutations = [new(ThreeChain, "&& certified.View == second.View.Next && parentOf(second) is { } first && second.View == first.View.Next ? first : null;", "&& parentOf(second) is { } first ? first : null;")],
            Conditions = Conditions.ManyTermsOfHotStuff,
            FoundBy = ["chain rules are kept", "no fork", "proofs hold"],
        },
        new()
        {
            Name = "H2 locked on too little",
            Bug = "A replica is locked on the grandparent of what is certified, and not on the parent.",
            Origin = "mistakes with the lock in nandatown issue 191 and libhotstuff issue 17",
            Mutations = [new("HotStuff/HotStuffState.cs", "var locked = Rules.LockedBy(node);", "var locked = Rules.LockedBy(_promises.HighNode);")],
            Conditions = Conditions.ManyTermsOfHotStuff,
            FoundBy = ["chain rules are kept"],
        },
        new()
        {
            Name = "H3 a vote leaves before it is on disk",
            Bug = "After a crash a replica may vote for another node in the same view.",
            Origin = "aptos-core issue 18298; diem issue 1141",
            Mutations = [new(Voting, "new NodeVote(afterLsn, node.View, node.Hash, counting.Sign(node))", "new NodeVote(default, node.View, node.Hash, counting.Sign(node))")],
            Conditions = Conditions.ManyTermsOfHotStuff,
            FoundBy = ["promises are kept", "honest never equivocates", "committed on quorum"],
        },
        new()
        {
            Name = "H4 the view of a certificate is nobody's word",
            Bug = "Votes are signed without their view: a certificate counts in whatever view it is said to be of, and releases locks.",
            Origin = "what relab/hotstuff issue 289 is about",
            Mutations = [new("Cryptography/Certificates/Statement.cs", "        CopyFieldsTo(destination[TagSize..]);\n", "        CopyFieldsTo(destination[TagSize..]);\n        if (Kind == StatementKind.HotStuffVote)\n        {\n            destination.Slice(TagSize + 57, sizeof(ulong)).Clear();\n        }\n")],
            Conditions = Conditions.WarpedViews,
            FoundBy = ["chain rules are kept", "no fork"],
        },
        new()
        {
            Name = "H5 the first certificate of any view",
            Bug = "A certificate of the first node is accepted without a look at its view and its votes: replicas wait for a node of a view in which nobody has ever been.",
            Origin = "relab/hotstuff's auth.go",
            Mutations = [new("HotStuff/Messages/HotStuffMessageVerifier.cs", "if (certificate.Votes is not { } votes)", "if (certificate.Votes is not { } votes || certificate.Hash == NodeCertificate.Genesis.Hash)")],
            Conditions = Conditions.RevivedFirst,
            FoundBy = ["progress"],
        },
        new()
        {
            Name = "H10 a term begins behind what its time-outs name",
            Bug = "A leader begins its term with its highest certificate, also if the time-outs of the quorum name a higher one.",
            Origin = "what monad-bft's verify_tc looks at",
            Mutations =
            [
                new("HotStuff/Pacemaker/Terms.cs", "each.Value.Last == last && each.Value.High.View <= state.High.View && ", "each.Value.Last == last && "),
                new("HotStuff/Agreement/Proposing.cs", "known.Last.Next == view && known.High <= parent.View ? known : null;", "known.Last.Next == view ? known : null;"),
            ],
            Conditions = Conditions.ManyTermsOfHotStuff,
            FoundBy = ["terms begin soundly"],
        },
        new()
        {
            Name = "H13 a vote before the branch is there",
            Bug = "A replica votes for a node whose parent it does not have: a quorum has certified what none of its correct members can show.",
            Origin = "relab/hotstuff issue 288",
            Mutations = [new(Voting, "                _waiting = (from, message with { Block = message.Block.Copy() });\n", "                _waiting = (from, message with { Block = message.Block.Copy() });\n                if (message.Node.View > state.Promises.Voted)\n                {\n                    Cast(message.Node, state.Vote(message.Node));\n                }\n")],
            Conditions = Conditions.ManyTermsOfHotStuff,
            FoundBy = ["promises are kept"],
        },
        new()
        {
            Name = "H6 one signature short of a certificate",
            Bug = "A leader makes a certificate of one vote less than a quorum's.",
            Origin = "what every count of signatures, instead of signers, risks; relab/hotstuff issue 244",
            Mutations =
            [
                new("HotStuff/Agreement/VoteCounting.cs", "vote.View, SequenceNumber.Zero, state.Members.Quorum)", "vote.View, SequenceNumber.Zero, state.Members.Quorum - 1)"),
                new("HotStuff/Messages/HotStuffMessageVerifier.cs", "StatementKind.HotStuffVote, Identity.Members.Quorum, out", "StatementKind.HotStuffVote, Identity.Members.Quorum - 1, out"),
                new("HotStuff/Messages/NodeCodec.cs", "CertificateCodec.Read(ref reader, members, members.Quorum)", "CertificateCodec.Read(ref reader, members, members.Quorum - 1)"),
            ],
            Conditions = Conditions.ManyTermsOfHotStuff,
            FoundBy = ["certificate soundness", "committed on quorum"],
        },
    ];
}
