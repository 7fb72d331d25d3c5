using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Views;

namespace Consensus.Pbft.Messages;

/// <summary>
/// What can be checked about a message without the state of a replica: every signature and certificate in it, that a new view starts with the blocks that follow
/// from its view changes, and limits. What is accepted here the core need not doubt.
/// </summary>
internal sealed class PbftMessageVerifier(ByzantineIdentity identity, PbftOptions options, SettledVotes settled)
    : OrderingMessageVerifier(identity, options)
{
    private readonly ProofCodec _proofs = new(identity.Members);

    /// <inheritdoc/>
    protected override bool IsUnneeded(ProtocolMessage message) =>
        message is Vote vote && settled.Contains(vote.Kind, vote.View, vote.Number, vote.Digest);

    /// <inheritdoc/>
    protected override string? DefectOf(NodeId sender, ProtocolMessage message) => message switch
    {
        PrePrepare m => DefectOf(sender, m),
        Vote m => IsSigned(sender, m.Kind, m.View, m.Number, m.Digest, m.Signature) ? null : $"the {m.Kind} of block {m.Number} is not signed by its sender",
        ViewChange m => sender == m.Replica ? DefectOf(m) : $"the view change of node {m.Replica} was sent by another",
        NewView m => DefectOf(m),
        CommittedBlock m => DefectOf(m),
        BlockRequest or BlockAnswer or Status => null,
        _ => base.DefectOf(sender, message),
    };

    private string? DefectOf(NodeId sender, PrePrepare message)
    {
        if (sender != Primaries.Of(Identity.Members, message.View))
        {
            return $"node {sender} is not the primary of view {message.View}";
        }

        if (!IsSigned(sender, StatementKind.PbftPrePrepare, message.View, message.Number, message.Block.Digest, message.Signature))
        {
            return $"the pre-prepare of block {message.Number} is not signed by the primary";
        }

        return DefectOf(message.Block, sender);
    }

    private string? DefectOf(CommittedBlock message)
    {
        if (!Identity.Verifier.Verify(message.Certificate, StatementKind.PbftCommit, _proofs.Quorum, out var defect))
        {
            return $"block {message.Number} is not proven to be committed: {defect.Detail}";
        }

        return message.Certificate.Statement.Hash == message.Block.Digest ? null : $"the certificate of block {message.Number} is another block's";
    }

    private string? DefectOf(ViewChange message)
    {
        if (message.View == ViewNumber.Zero)
        {
            return "nobody changes to the first view";
        }

        if (!IsSigned(message.Replica, StatementKind.PbftViewChange, message.View, SequenceNumber.Zero, message.ComputeDigest(), message.Signature))
        {
            return $"the view change of node {message.Replica} is not signed by it";
        }

        return DefectOf(message.Stable) ?? DefectOf(message.Prepared, message.Stable.Number, message.View);
    }

    private string? DefectOf(PreparedProof[] prepared, SequenceNumber stable, ViewNumber before)
    {
        var last = stable;
        foreach (var proof in prepared)
        {
            if (proof.Number <= last || proof.Number > stable + (ulong)Options.WindowBlocks)
            {
                return $"block {proof.Number} follows block {last} among those prepared after the checkpoint {stable}";
            }

            if (proof.View >= before)
            {
                return $"block {proof.Number} was prepared in view {proof.View}, not before view {before}";
            }

            last = proof.Number;
            if (DefectOf(proof) is { } defect)
            {
                return defect;
            }
        }

        return null;
    }

    private string? DefectOf(PreparedProof proof)
    {
        var primary = Primaries.Of(Identity.Members, proof.View);
        if (!IsSigned(primary, StatementKind.PbftPrePrepare, proof.View, proof.Number, proof.Digest, proof.Primary))
        {
            return $"the pre-prepare of block {proof.Number} is not signed by the primary of view {proof.View}";
        }

        if (proof.Prepares.IsSignedBy(primary))
        {
            return $"the prepares of block {proof.Number} count the primary";
        }

        return Identity.Verifier.Verify(proof.Prepares, StatementKind.PbftPrepare, _proofs.PreparesNeeded, out var defect)
            ? null
            : $"block {proof.Number} is not proven to be prepared: {defect.Detail}";
    }

    private string? DefectOf(NewView message)
    {
        var primary = Primaries.Of(Identity.Members, message.View);
        var digest = NewView.ContentDigest(message.ViewChanges, message.Reissues);
        if (!IsSigned(primary, StatementKind.PbftNewView, message.View, SequenceNumber.Zero, digest, message.Signature))
        {
            return $"the start of view {message.View} is not signed by its primary, node {primary}";
        }

        if (message.ViewChanges.Length != _proofs.Quorum)
        {
            return $"the start of view {message.View} has {message.ViewChanges.Length} view changes; {_proofs.Quorum} are needed";
        }

        var last = NodeId.None;
        foreach (var viewChange in message.ViewChanges)
        {
            if (viewChange.View != message.View || viewChange.Replica <= last)
            {
                return $"the view change of node {viewChange.Replica} to view {viewChange.View} does not belong to the start of view {message.View}";
            }

            last = viewChange.Replica;
            if (DefectOf(viewChange) is { } defect)
            {
                return defect;
            }
        }

        return DefectOf(message, primary);
    }

    /// <summary>Each replica computes for itself what the new view begins with (OSDI '99, section 4.4).</summary>
    private string? DefectOf(NewView message, NodeId primary)
    {
        var expected = NewViewBlocks.Of(message.ViewChanges);
        if (expected.Digests.Length != message.Reissues.Length)
        {
            return $"view {message.View} begins with {expected.Digests.Length} blocks, not {message.Reissues.Length}";
        }

        for (var i = 0; i < expected.Digests.Length; i++)
        {
            ref readonly var reissue = ref message.Reissues[i];
            var number = expected.Stable.Number + (ulong)(i + 1);
            if (reissue.Number != number || reissue.Digest != expected.Digests[i])
            {
                return $"view {message.View} begins with block {expected.Digests[i]} as {number}, not {reissue.Digest} as {reissue.Number}";
            }

            if (!IsSigned(primary, StatementKind.PbftPrePrepare, message.View, number, reissue.Digest, reissue.Signature))
            {
                return $"the pre-prepare of block {number} in the start of view {message.View} is not signed by its primary";
            }
        }

        return null;
    }

    private bool IsSigned(NodeId signer, StatementKind kind, ViewNumber view, SequenceNumber sequence, Digest hash, in Signature signature) =>
        Identity.IsSigned(signer, kind, view, sequence, hash, signature);
}
