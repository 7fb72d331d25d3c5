using Consensus.Byzantine;
using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>Asks for the content of a block whose digest is known.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Digest">Its digest.</param>
internal sealed record BlockRequest(SequenceNumber Number, Digest Digest) : ProtocolMessage, IDemand;
