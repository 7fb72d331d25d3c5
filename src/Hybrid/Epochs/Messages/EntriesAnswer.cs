using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>Entries that were asked for. Their chain hashes are not sent: they follow from the one before; and if they do not lead to the last one, whoever has sent them lies.</summary>
/// <param name="Before">The entry before the first of them, as it was asked for.</param>
/// <param name="Last">The last one that was asked for.</param>
/// <param name="Entries">Consecutive entries: some, or none if they are not here.</param>
internal sealed record EntriesAnswer(LogPosition Before, LogPosition Last, ReadOnlyMemory<LogEntry> Entries) : ProtocolMessage;
