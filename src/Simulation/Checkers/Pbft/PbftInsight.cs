using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft;
using Consensus.Pbft.Messages;
using Consensus.Pbft.Views;
using Consensus.Simulation.Checkers.Byzantine;

namespace Consensus.Simulation.Checkers.Pbft;

/// <summary>How PBFT's messages and cores look from inside.</summary>
internal sealed class PbftInsight(SignerSet members) : ISignedProtocol
{
    /// <inheritdoc/>
    public IEnumerable<StatedDigest> StatementsOf(NodeId sender, ProtocolMessage message)
    {
        switch (message)
        {
            case PrePrepare m when Primaries.Of(members, m.View) == sender:
                yield return new StatedDigest(StatementKind.PbftPrePrepare, m.View, m.Number, m.Block.Digest);
                break;
            case Vote m:
                yield return new StatedDigest(m.Kind, m.View, m.Number, m.Digest);
                break;
            case CheckpointVote m:
                yield return new StatedDigest(StatementKind.Checkpoint, ViewNumber.Zero, m.Content.Number, m.Content.ComputeDigest());
                break;
            case SnapshotVote m:
                yield return new StatedDigest(StatementKind.Snapshot, ViewNumber.Zero, BlockLog.NumberOf(m.Snapshot), CertifiedSnapshot.DigestOf(m.Snapshot));
                break;
            case NewView m when Primaries.Of(members, m.View) == sender:
                foreach (var reissue in m.Reissues)
                {
                    yield return new StatedDigest(StatementKind.PbftPrePrepare, m.View, reissue.Number, reissue.Digest);
                }

                break;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<QuorumCertificate> CertificatesOf(IProtocolCore core) => core is PbftCore pbft ? pbft.Certificates : [];

    /// <inheritdoc/>
    public int SignersNeeded(in Statement statement, SignerSet members, out NodeId excluded)
    {
        // The primary's own word for a block is its pre-prepare.
        excluded = statement.Kind == StatementKind.PbftPrepare ? Primaries.Of(members, statement.View) : NodeId.None;
        return statement.Kind switch
        {
            StatementKind.PbftPrepare => members.Quorum - 1,
            StatementKind.Snapshot => members.WeakQuorum,
            _ => members.Quorum,
        };
    }
}
