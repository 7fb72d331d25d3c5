using Consensus.Byzantine;
using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>The content of a block: its digest says whether it is the one that was asked for.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Block">The block; its batches need no signatures.</param>
internal sealed record BlockAnswer(SequenceNumber Number, Block Block) : ProtocolMessage;
