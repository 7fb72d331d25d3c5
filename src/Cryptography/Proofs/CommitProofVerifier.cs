using System.Diagnostics.CodeAnalysis;

namespace Consensus.Cryptography;

/// <summary>Checks commit proofs with nothing but the members' public keys: by a caller, an auditor, or whoever was sent a file.</summary>
/// <remarks>
/// <para>PBFT (Castro and Liskov, OSDI '99, section 4.2): a quorum's commits for a block and a number; f+1 of the signers are correct and have the proof that it is prepared, so that no other block
/// gets the number, in this view or a later one.</para>
/// <para>HotStuff (Yin et al., PODC '19): the votes for the last node are checked and those for the nodes before it are not. A correct member votes for a node when it has checked the certificate of its
/// parent, whose view and hash the node's hash covers; so the last certificate vouches for those before.</para>
/// <para>Whoever believes a verdict believes that the keys are those of the members in that epoch, and that the group follows the rule. Safe to use from any number of threads; nothing is remembered.</para>
/// </remarks>
public static class CommitProofVerifier
{
    /// <summary>Whether a proof shows that its command is committed.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="domain">The cluster and the epoch that it must be of.</param>
    /// <param name="members">The members of that epoch.</param>
    /// <param name="rule">What commits a node in the group, if it runs HotStuff.</param>
    /// <param name="signatures">What does the arithmetic.</param>
    /// <param name="defect">Why it shows nothing, if so.</param>
    public static bool Verify(
        CommitProof proof, in SigningDomain domain, SignerSet members, CommitRule rule, ISignatureVerifier signatures, [NotNullWhen(false)] out ProofDefect? defect)
    {
        ArgumentNullException.ThrowIfNull(proof);
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(signatures);
        defect = DomainDefect(proof.Votes.Statement.Domain, domain) ?? ContentDefect(proof, rule) ?? SignatureDefect(proof.Votes, members, signatures);
        return defect is null;
    }

    private static ProofDefect? DomainDefect(in SigningDomain found, in SigningDomain expected) => found == expected
        ? null
        : new ProofDefect(ProofDefectKind.OtherDomain, $"The votes are of {found}; expected is {expected}.");

    private static ProofDefect? ContentDefect(CommitProof proof, CommitRule rule)
    {
        if (proof.Command.ComputeBlockDigest() is not { } block)
        {
            return new ProofDefect(
                ProofDefectKind.OtherCommand, $"The command is not number {proof.Command.Place} of the batch's {proof.Command.Commands.Length}, or its batch not number {proof.Command.BatchPlace} of the block's {proof.Command.Batches.Length}.");
        }

        ref readonly var statement = ref proof.Votes.Statement;
        return statement.Kind switch
        {
            StatementKind.PbftCommit when proof.Chain.IsEmpty => statement.Hash == block
                ? null
                : new ProofDefect(ProofDefectKind.OtherBlock, $"The commits are for block {statement.Hash}; the command is in block {block}."),
            StatementKind.HotStuffVote when !proof.Chain.IsEmpty => ChainDefect(proof, block, rule),
            _ => new ProofDefect(ProofDefectKind.OtherKind, $"A certificate about {statement.Kind} with {proof.Chain.Length} nodes commits nothing; allowed: PbftCommit with none, HotStuffVote with some."),
        };
    }

    private static ProofDefect? ChainDefect(CommitProof proof, in Digest block, CommitRule rule)
    {
        var chain = proof.Chain.AsSpan();
        if (chain[0].Block != block)
        {
            return new ProofDefect(ProofDefectKind.OtherBlock, $"The first node has block {chain[0].Block}; the command is in block {block}.");
        }

        for (var i = 1; i < chain.Length; i++)
        {
            if (chain[i].Parent != ContentDigests.OfNode(chain[i - 1]) || chain[i].ParentView != chain[i - 1].View || !Follows(chain[i].Height.Value, chain[i - 1].Height.Value))
            {
                return new ProofDefect(ProofDefectKind.OtherBlock, $"The node of view {chain[i].View} is no child of the one before it, which is of view {chain[i - 1].View}.");
            }
        }

        ref readonly var statement = ref proof.Votes.Statement;
        ref readonly var last = ref chain[^1];
        if (statement.Hash != ContentDigests.OfNode(last) || statement.View != last.View || statement.Sequence != SequenceNumber.Zero)
        {
            return new ProofDefect(ProofDefectKind.OtherBlock, $"The votes in view {statement.View} are not for the last node, which is of view {last.View}.");
        }

        var needed = rule == CommitRule.TwoChain ? 2 : 3;
        return chain.Length >= needed && AreConsecutive(chain[^needed..])
            ? null
            : new ProofDefect(ProofDefectKind.NotCommitted, $"The last of {chain.Length} nodes are not {needed} of consecutive views, and so commit nothing.");
    }

    private static bool AreConsecutive(ReadOnlySpan<ChainNode> nodes)
    {
        for (var i = 1; i < nodes.Length; i++)
        {
            if (!Follows(nodes[i].View.Value, nodes[i - 1].View.Value))
            {
                return false;
            }
        }

        return true;
    }

    // What is checked may be anybody's: the largest number has none after it.
    private static bool Follows(ulong next, ulong number) => number < ulong.MaxValue && next == number + 1;

    private static ProofDefect? SignatureDefect(QuorumCertificate votes, SignerSet members, ISignatureVerifier signatures)
    {
        // A certificate's signers grow, so they are distinct.
        if (votes.Signatures.Length != members.Quorum)
        {
            return new ProofDefect(ProofDefectKind.OtherCount, $"{votes.Signatures.Length} members have signed; a certificate of {members.Count} members has exactly {members.Quorum} signatures.");
        }

        foreach (ref readonly var vote in votes.Signatures.AsSpan())
        {
            var index = members.IndexOf(vote.Signer);
            if (index < 0)
            {
                return new ProofDefect(ProofDefectKind.UnknownSigner, $"Node {vote.Signer} is none of the {members.Count} members.");
            }

            if (!votes.Statement.Verify(signatures, members.KeyAt(index), vote.Signature))
            {
                return new ProofDefect(ProofDefectKind.InvalidSignature, $"The signature is not one of node {vote.Signer}, whose public key is {members.KeyAt(index)}.");
            }
        }

        return null;
    }
}
