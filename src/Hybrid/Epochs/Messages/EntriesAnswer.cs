using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>Entries that were asked for. Nothing says yet that they are the right ones; their chain hashes are not sent.</summary>
/// <param name="Entries">Consecutive entries: some, or none if the first one is not here any more.</param>
/// <param name="First">The first one that was asked for.</param>
internal sealed record EntriesAnswer(LogIndex First, ReadOnlyMemory<LogEntry> Entries) : ProtocolMessage;
