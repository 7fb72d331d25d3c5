using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// What can be checked, without the state of a replica, about the messages that both engines have, and about what theirs are made of. Each engine adds its own messages.
/// </summary>
internal abstract class OrderingMessageVerifier(ByzantineIdentity identity, ByzantineOptions options) : IMessageVerifier
{
    /// <summary>Whose signatures count.</summary>
    protected ByzantineIdentity Identity => identity;

    protected ByzantineOptions Options => options;

    /// <inheritdoc/>
    public MessageVerdict Verify(NodeId sender, ProtocolMessage message, out string? defect)
    {
        defect = null;
        if (IsUnneeded(message))
        {
            return MessageVerdict.Unneeded;
        }

        defect = identity.Members.IndexOf(sender) < 0 ? $"node {sender} is no member" : DefectOf(sender, message);
        return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
    }

    /// <summary>Whether a message is a vote for what has its certificate: then nothing of it is checked.</summary>
    protected abstract bool IsUnneeded(ProtocolMessage message);

    /// <summary>Checks a message.</summary>
    /// <returns>What is wrong with it; none, if nothing is.</returns>
    protected virtual string? DefectOf(NodeId sender, ProtocolMessage message) => message switch
    {
        Submit m => DefectOf(m.Batch, isSigned: false),
        CheckpointVote m => identity.IsSigned(sender, StatementKind.Checkpoint, ViewNumber.Zero, m.Content.Number, m.Content.ComputeDigest(), m.Signature)
            ? null
            : $"the checkpoint {m.Content.Number} is not signed by its sender",
        StableCheckpoint m => DefectOf(m.Proof),
        CatchUpRequest m => m.First <= m.Last && m.First > SequenceNumber.Zero ? null : $"there are no blocks from {m.First} to {m.Last}",
        SnapshotVote m => DefectOf(sender, m),
        SnapshotOffer m => DefectOf(m.Snapshot),
        SnapshotPartRequest m => m.Offset >= 0 ? null : $"no part of a snapshot begins at {m.Offset}",
        CatchUpBlocks m => m.Blocks.Length <= Answer.BlocksMax ? null : $"an answer has {m.Blocks.Length} blocks; at most {Answer.BlocksMax} are allowed",
        SnapshotRequest or SnapshotPart => null,
        _ => $"{message.GetType().Name} is no message of this protocol",
    };

    /// <summary>
    /// Checks the size and the batches of a proposed block: what their origins have not signed is ordered for nobody. The proposer's own need no signature beside that of the proposal, which covers
    /// them.
    /// </summary>
    protected string? DefectOf(Block block, NodeId proposer)
    {
        if (block.Batches.Length > 1 && block.Weight > options.BlockBytesMax)
        {
            return $"a block weighs {block.Weight} bytes; more than one batch fit into {options.BlockBytesMax}";
        }

        foreach (var batch in block.Batches)
        {
            if (DefectOf(batch, isSigned: batch.Origin == proposer) is { } defect)
            {
                return defect;
            }
        }

        return null;
    }

    /// <summary>Checks a stable checkpoint.</summary>
    protected string? DefectOf(StableProof proof)
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

    private static string? DefectOf(SnapshotDescriptor snapshot) =>
        snapshot.Length >= 0 && snapshot.Position.Index > LogIndex.Zero && snapshot.Position.Term.Value is > 0 and <= long.MaxValue
            ? null
            : $"no snapshot ends with block {snapshot.Position.Term} and has {snapshot.Length} bytes";

    private string? DefectOf(NodeId sender, SnapshotVote vote)
    {
        var number = BlockLog.NumberOf(vote.Snapshot);
        return DefectOf(vote.Snapshot) ?? (identity.IsSigned(sender, StatementKind.Snapshot, ViewNumber.Zero, number, CertifiedSnapshot.DigestOf(vote.Snapshot), vote.Signature)
            ? null
            : $"the snapshot after block {number} is not signed by its sender");
    }

    private string? DefectOf(CertifiedSnapshot certified)
    {
        if (DefectOf(certified.Snapshot) is { } wrong)
        {
            return wrong;
        }

        if (!identity.Verifier.Verify(certified.Certificate, StatementKind.Snapshot, identity.Members.WeakQuorum, out var defect))
        {
            return $"the snapshot after block {certified.Number} is not proven: {defect.Detail}";
        }

        var statement = certified.Certificate.Statement;
        return statement.Sequence == certified.Number && statement.Hash == CertifiedSnapshot.DigestOf(certified.Snapshot)
            ? null
            : $"the certificate of the snapshot after block {certified.Number} is another's";
    }

    private string? DefectOf(CommandBatch batch, bool isSigned)
    {
        if (batch.Weight > options.BatchBytesMax + CommandBatch.OverheadBytes && batch.Commands.Length > 1)
        {
            return $"the batch {batch.Number} of node {batch.Origin} weighs {batch.Weight} bytes; at most {options.BatchBytesMax} are allowed";
        }

        // One command always fits. Whoever submits a longer one than honest replicas take of their callers wants everybody's links filled with it.
        if (batch.Commands.Length == 1 && batch.Commands[0].Length > options.EnvelopeBytesMax)
        {
            return $"the command in the batch {batch.Number} of node {batch.Origin} has {batch.Commands[0].Length} bytes with its envelope; at most {options.EnvelopeBytesMax} are allowed";
        }

        return isSigned || batch.IsSigned(identity) ? null : $"the batch {batch.Number} is not signed by its origin, node {batch.Origin}";
    }
}
