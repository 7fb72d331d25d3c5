namespace Consensus.Engine;

/// <summary>Asks for entries that are no longer in memory. Answered by <see cref="EntriesFetched"/>.</summary>
/// <param name="For">The peer that needs them.</param>
/// <param name="First">The first entry.</param>
/// <param name="Last">The last entry wanted.</param>
/// <param name="BytesMax">Where to stop; at least one entry is read.</param>
public sealed record FetchEntries(NodeId For, LogIndex First, LogIndex Last, int BytesMax) : BackgroundRequest;
