using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.HotStuff.Messages;
using Consensus.Simulation.Checkers.Byzantine;

namespace Consensus.Simulation.Checkers.HotStuff;

/// <summary>How HotStuff's messages and cores look from inside.</summary>
internal sealed class HotStuffInsight : ISignedProtocol
{
    /// <inheritdoc/>
    public IEnumerable<StatedDigest> StatementsOf(NodeId sender, ProtocolMessage message)
    {
        switch (message)
        {
            case NodeProposal m:
                yield return new StatedDigest(StatementKind.HotStuffProposal, m.Node.View, SequenceNumber.Zero, m.Node.Hash);
                break;
            case NodeVote m:
                yield return new StatedDigest(StatementKind.HotStuffVote, m.View, SequenceNumber.Zero, m.Hash);
                break;
            case CheckpointVote m:
                yield return new StatedDigest(StatementKind.Checkpoint, ViewNumber.Zero, m.Content.Number, m.Content.ComputeDigest());
                break;
            case SnapshotVote m:
                yield return new StatedDigest(StatementKind.Snapshot, ViewNumber.Zero, BlockLog.NumberOf(m.Snapshot), CertifiedSnapshot.DigestOf(m.Snapshot));
                break;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<QuorumCertificate> CertificatesOf(IProtocolCore core) => core is HotStuffCore hotStuff ? hotStuff.Certificates : [];

    /// <inheritdoc/>
    public int SignersNeeded(in Statement statement, SignerSet members, out NodeId excluded)
    {
        excluded = NodeId.None;
        return statement.Kind == StatementKind.Snapshot ? members.WeakQuorum : members.Quorum;
    }
}
