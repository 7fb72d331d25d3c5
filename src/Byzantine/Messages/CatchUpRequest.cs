using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Asks for committed blocks before a stable checkpoint.</summary>
/// <param name="First">The first one wanted.</param>
/// <param name="Last">The last one wanted.</param>
internal sealed record CatchUpRequest(SequenceNumber First, SequenceNumber Last) : ProtocolMessage, IDemand;
