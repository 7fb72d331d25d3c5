using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>The primary's proposal: a block gets a number.</summary>
/// <param name="View">The primary's view.</param>
/// <param name="Number">The number.</param>
/// <param name="Block">The block.</param>
/// <param name="Signature">The primary's signature of view, number and digest.</param>
internal sealed record PrePrepare(ViewNumber View, SequenceNumber Number, Block Block, Signature Signature) : ProtocolMessage;
