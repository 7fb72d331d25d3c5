using System.Collections.Immutable;
using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>What a write-ahead log says after it was opened. All of it is durable.</summary>
public sealed record RecoveredLog
{
    /// <summary>
    /// The point after which <see cref="Entries"/> begin. If it is not <see cref="LogPosition.Origin"/>, a snapshot must cover it.
    /// </summary>
    public required LogPosition Base { get; init; }

    /// <summary>The entries after <see cref="Base"/>, without a gap, their hash chain verified.</summary>
    public required IReadOnlyList<LogEntry> Entries { get; init; }

    /// <summary>The newest value of each slot.</summary>
    public required ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> Slots { get; init; }

    /// <summary>The position of the last record.</summary>
    public required Lsn LastLsn { get; init; }

    /// <summary>The unfinished write at the log's end that was cut off, if there was one.</summary>
    public required TornTail? Torn { get; init; }
}
