using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender lacks entries before the beginning of an epoch.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Last">The entry that the epoch begins behind.</param>
internal sealed record EntriesRequest(LogIndex First, LogIndex Last) : ProtocolMessage;
