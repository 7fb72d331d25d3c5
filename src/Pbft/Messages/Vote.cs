using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>A replica's statement about a block: <see cref="Prepare"/> or <see cref="Commit"/>.</summary>
/// <param name="AfterLsn">What must be on disk first.</param>
/// <param name="View">The view.</param>
/// <param name="Number">The block's number.</param>
/// <param name="Digest">The block's digest.</param>
/// <param name="Signature">The sender's signature.</param>
internal abstract record Vote(Lsn AfterLsn, ViewNumber View, SequenceNumber Number, Digest Digest, Signature Signature) : PromiseMessage(AfterLsn)
{
    /// <summary>What the signature says.</summary>
    public abstract StatementKind Kind { get; }
}
