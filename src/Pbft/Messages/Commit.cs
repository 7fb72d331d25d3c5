using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>A replica has the proof that a block is prepared.</summary>
internal sealed record Commit(Lsn AfterLsn, ViewNumber View, SequenceNumber Number, Digest Digest, Signature Signature)
    : Vote(AfterLsn, View, Number, Digest, Signature)
{
    public override StatementKind Kind => StatementKind.PbftCommit;
}
