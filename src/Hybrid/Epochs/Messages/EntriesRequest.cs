using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender lacks entries before the beginning of an epoch. Whoever has both of these entries has what lies between, and whoever has not answers with nothing.</summary>
/// <param name="Before">The entry before the first of them.</param>
/// <param name="Last">The last of them.</param>
internal sealed record EntriesRequest(LogPosition Before, LogPosition Last) : ProtocolMessage;
