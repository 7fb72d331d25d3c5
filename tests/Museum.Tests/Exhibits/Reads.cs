namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in what a read sees.</summary>
internal static class Reads
{
    private const string Barriers = "Raft/Reads/ReadBarriers.cs";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "R16 a read before the first commit of the term",
            Bug = "A new leader confirms reads before it has committed an entry of its own term: its commit index may be older than what clients have seen.",
            Origin = "etcd issue 7331",
            Mutations = [new(Barriers, "while (_replicator.HasCommittedInTerm && _waiting.TryPeek", "while (_waiting.TryPeek")],
            Conditions = Conditions.ManyTerms,
            FirstSeed = 7,
            FoundBy = ["read index soundness", "linearizability"],
            BreaksLinearizability = true,
        },
        new()
        {
            Name = "R17 answers to an earlier round confirm a later read",
            Bug = "A read joins the round of heartbeats that is under way, or the last one: answers that were on their way before it came confirm it.",
            Origin = "etcd issue 20418, found in 2025 by pausing processes",
            Mutations =
            [
                new(Barriers, "        _waiting.Enqueue(new PendingRead(from, ticket, Round + 1));\n        NeedsRound = true;", "        _waiting.Enqueue(new PendingRead(from, ticket, Round));"),
            ],
            Conditions = Conditions.DeafLeaders,
            FoundBy = ["read index soundness", "linearizability"],
            BreaksLinearizability = true,
        },
        new()
        {
            Name = "R37 a read is answered before its entry is applied",
            Bug = "A replica that knows the index of a read answers from its state as it is.",
            Origin = "etcd issue 13464",
            Mutations = [new("Engine/Applying/Applier.cs", "        if (index <= Applied)\n", "        if (index >= LogIndex.Zero)\n")],
            Conditions = Conditions.Rough,
            FoundBy = ["real-time order", "read index soundness", "read coherence", "linearizability"],
            BreaksLinearizability = true,
        },
        new()
        {
            Name = "R42 a read without a round of the quorum",
            Bug = "A leader answers reads from its own commit index, and a deposed one goes on doing so.",
            Origin = "DotNext",
            Mutations = [new(Barriers, "if (_replicator.HasCommittedInTerm && HasLease())", "if (_replicator.HasCommittedInTerm)")],
            Conditions = Conditions.Pauses,
            FirstSeed = 22,
            FoundBy = ["read index soundness", "linearizability"],
            BreaksLinearizability = true,
        },
    ];
}
