namespace Consensus.Raft;

/// <summary>What a core keeps at one moment, as far as it has a bound.</summary>
internal readonly record struct RaftLoad
{
    /// <summary>Payloads of the entries in memory. A leader appends no command when they have reached <see cref="RaftOptions.LogBytesMax"/>.</summary>
    public long LogBytes { get; init; }

    /// <summary>Uncommitted entries of a leader. It appends no command when they have reached <see cref="RaftOptions.UncommittedBytesMax"/>.</summary>
    public long UncommittedBytes { get; init; }

    /// <summary>Entries that are not on the own disk. A leader appends no command when they have reached <see cref="RaftOptions.UncommittedBytesMax"/>.</summary>
    public long UnflushedBytes { get; init; }

    /// <summary>The last entry that the newest snapshot covers; 0 if there is none.</summary>
    public LogIndex SnapshotIndex { get; init; }

    /// <summary>Entries that the newest snapshot covers. At most <see cref="RaftOptions.TrailingEntries"/> after a snapshot was saved.</summary>
    public ulong TrailingEntries { get; init; }

    /// <summary>Read barriers at a leader. At most <see cref="RaftOptions.PendingReadsMax"/>.</summary>
    public int Reads { get; init; }

    /// <summary>Unacknowledged messages with entries to the member with the most. At most <see cref="RaftOptions.InflightMessagesMax"/>.</summary>
    public int InflightMessages { get; init; }

    /// <summary>Unacknowledged bytes of entries to the member with the most. At most <see cref="RaftOptions.InflightBytesMax"/>, and a message.</summary>
    public long InflightBytes { get; init; }

    /// <summary>Control requests of other replicas that this one has taken.</summary>
    public int ControlsTaken { get; init; }

    /// <summary>Control requests of own callers that another replica was asked for.</summary>
    public int ControlsForwarded { get; init; }

    /// <summary>Whether nobody waits for this core, nor a leader for its followers.</summary>
    public bool IsAtRest => this is { UncommittedBytes: 0, UnflushedBytes: 0, Reads: 0, InflightMessages: 0, InflightBytes: 0, ControlsTaken: 0, ControlsForwarded: 0 };
}
