using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>What can be checked, without the state of a replica, about the messages that both engines have, and about what theirs are made of.</summary>
internal sealed class SharedMessageVerifier(ByzantineIdentity identity, ByzantineOptions options)
{
    /// <summary>Checks a message that is one of these.</summary>
    /// <returns>What is wrong with it; none, if nothing is.</returns>
    public string? DefectOf(NodeId sender, ProtocolMessage message) => message switch
    {
        Submit m => DefectOf(m.Batch, isSigned: false),
        CheckpointVote m => identity.IsSigned(sender, StatementKind.Checkpoint, ViewNumber.Zero, m.Content.Number, m.Content.ComputeDigest(), m.Signature)
            ? null
            : $"the checkpoint {m.Content.Number} is not signed by its sender",
        StableCheckpoint m => DefectOf(m.Proof),
        CatchUpRequest m => m.First <= m.Last && m.First > SequenceNumber.Zero ? null : $"there are no blocks from {m.First} to {m.Last}",
        SnapshotOffer m => m.Snapshots.Length <= SnapshotOffer.CountMax ? null : $"{m.Snapshots.Length} snapshots are offered; at most {SnapshotOffer.CountMax} are allowed",
        SnapshotPartRequest m => m.Offset >= 0 ? null : $"no part of a snapshot begins at {m.Offset}",
        CatchUpBlocks or SnapshotRequest or SnapshotPart => null,
        _ => $"{message.GetType().Name} is no message of this protocol",
    };

    /// <summary>
    /// Checks the batches of a proposed block: what their origins have not signed is ordered for nobody. The proposer's own need no signature beside that of the proposal, which covers
    /// them.
    /// </summary>
    public string? DefectOf(Block block, NodeId proposer)
    {
        foreach (var batch in block.Batches)
        {
            if (DefectOf(batch, isSigned: batch.Origin == proposer) is { } defect)
            {
                return defect;
            }
        }

        return null;
    }

    public string? DefectOf(StableProof proof)
    {
        if (proof.Certificate is not { } certificate)
        {
            return proof.Content == CheckpointContent.Origin ? null : $"the checkpoint {proof.Number} has no certificate";
        }

        if (!identity.Verifier.Verify(certificate, StatementKind.Checkpoint, identity.Members.Quorum, out var defect))
        {
            return $"the checkpoint {proof.Number} is not proven: {defect.Detail}";
        }

        var statement = certificate.Statement;
        return statement.Sequence == proof.Number && statement.Hash == proof.Content.ComputeDigest() ? null : $"the certificate of the checkpoint {proof.Number} is another's";
    }

    private string? DefectOf(CommandBatch batch, bool isSigned)
    {
        if (batch.Bytes > options.BatchBytesMax + CommandBatch.OverheadBytes && batch.Commands.Length > 1)
        {
            return $"the batch {batch.Number} of node {batch.Origin} has {batch.Bytes} bytes; at most {options.BatchBytesMax} are allowed";
        }

        return isSigned || batch.IsSigned(identity) ? null : $"the batch {batch.Number} is not signed by its origin, node {batch.Origin}";
    }
}
