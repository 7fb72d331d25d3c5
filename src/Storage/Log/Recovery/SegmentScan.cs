using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>What a segment's file holds.</summary>
internal sealed class SegmentScan
{
    public required ulong Number { get; init; }

    public required string Path { get; init; }

    public required HeaderFinding Header { get; init; }

    public required ContentFinding Content { get; set; }

    public required ulong Salt { get; init; }

    /// <summary>What the first valid batch begins with, if there is one.</summary>
    public Checkpoint? Checkpoint { get; set; }

    /// <summary>The records of the valid batches, and where they are.</summary>
    public List<(long Offset, LogRecord Record)> Records { get; } = [];

    /// <summary>Where the last valid batch begins; where the file does, if there is none.</summary>
    public long LastBatch { get; set; }

    /// <summary>Where the valid batches end.</summary>
    public long End { get; set; } = SegmentHeader.Bytes;

    /// <summary>The record that must follow, if there is a valid batch.</summary>
    public Lsn NextLsn { get; set; }

    /// <summary>Where something is wrong; otherwise where the content begins.</summary>
    public long DamageOffset { get; set; } = SegmentHeader.Bytes;

    /// <summary>What is wrong there.</summary>
    public string Damage { get; set; } = "";

    /// <summary>Behind the last byte that is not zero.</summary>
    public long DirtyEnd { get; set; }
}
