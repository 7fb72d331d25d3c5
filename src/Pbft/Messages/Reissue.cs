using Consensus.Cryptography;

namespace Consensus.Pbft.Messages;

/// <summary>A number's block at the start of a view, without its content.</summary>
/// <param name="Number">The number.</param>
/// <param name="Digest">The block's digest; that of the null block fills a gap.</param>
/// <param name="Signature">The new primary's signature of the pre-prepare.</param>
internal readonly record struct Reissue(SequenceNumber Number, Digest Digest, Signature Signature);
