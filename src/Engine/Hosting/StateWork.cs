namespace Consensus.Engine;

/// <summary>Something for the applier, in order. Exactly one of the parts is there.</summary>
/// <param name="Entries">Committed entries, in a pooled array.</param>
/// <param name="Count">How many of them.</param>
/// <param name="Install">A snapshot that replaces the state.</param>
/// <param name="Readers">Those who wait until the state is current up to <paramref name="Index"/>.</param>
/// <param name="Index">See <paramref name="Readers"/>.</param>
/// <param name="Ended">How the snapshot under way has ended.</param>
/// <param name="Request">A core's request that concerns the state: <see cref="TakeSnapshot"/>, <see cref="SuspendSnapshots"/> or <see cref="HashState"/>.</param>
internal readonly record struct StateWork(
    LogEntry[]? Entries = null,
    int Count = 0,
    SnapshotDescriptor? Install = null,
    IReadOnlyList<IStateReader>? Readers = null,
    LogIndex Index = default,
    SnapshotEnd? Ended = null,
    BackgroundRequest? Request = null);
