namespace Consensus.Engine;

/// <summary>Entries were read from disk. Answers a <see cref="FetchEntries"/>.</summary>
/// <param name="For">The peer that needs them.</param>
/// <param name="First">The first entry asked for.</param>
/// <param name="Entries">Consecutive entries; empty if they have been compacted since.</param>
public sealed record EntriesFetched(NodeId For, LogIndex First, IReadOnlyList<LogEntry> Entries) : Input;
