using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>A backup has accepted the primary's proposal.</summary>
internal sealed record Prepare(Lsn AfterLsn, ViewNumber View, SequenceNumber Number, Digest Digest, Signature Signature)
    : Vote(AfterLsn, View, Number, Digest, Signature)
{
    public override StatementKind Kind => StatementKind.PbftPrepare;
}
