namespace Consensus.Raft;

/// <summary>The settings of the Raft engine. The defaults are for production in one data centre.</summary>
public sealed record RaftOptions
{
    private static readonly TimeSpan ElectionTimeoutLongest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CommitNoticeDelayLongest = TimeSpan.FromSeconds(1);

    /// <summary>The shortest time without a leader after which a replica stands for election.</summary>
    /// <value>150 ms; more than three <see cref="HeartbeatInterval"/>s. Must exceed a round trip and a flush by far.</value>
    public TimeSpan ElectionTimeoutMin { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>The longest such time; each wait is drawn between the two.</summary>
    /// <value>300 ms; more than <see cref="ElectionTimeoutMin"/>, at most 10 min.</value>
    public TimeSpan ElectionTimeoutMax { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How often a leader tells its followers that it lives.</summary>
    /// <value>40 ms; less than a third of <see cref="ElectionTimeoutMin"/>.</value>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>
    /// How long news of the commit index may wait for an entry to travel with. A follower that waits for it, because it has forwarded a command or a read, is
    /// told at once all the same; the others apply, and show to stale reads, what is committed by so much later when nothing else is written.
    /// </summary>
    /// <value>1 ms; 0 (always at once) to 1 s. Heartbeats carry the news, too.</value>
    public TimeSpan CommitNoticeDelay { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How many bytes of entries one message carries at most; one entry always fits.</summary>
    /// <value>256 KiB; 1 KiB to 4 MiB.</value>
    public int AppendBytesMax { get; init; } = 256 * 1024;

    /// <summary>How many unacknowledged messages with entries may be under way to one follower.</summary>
    /// <value>64; 1 to 4,096.</value>
    public int InflightMessagesMax { get; init; } = 64;

    /// <summary>How many unacknowledged bytes of entries may be under way to one follower.</summary>
    /// <value>8 MiB; at least <see cref="AppendBytesMax"/>.</value>
    public long InflightBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>How many bytes of uncommitted entries a leader accepts before it refuses proposals.</summary>
    /// <value>32 MiB; at least <see cref="AppendBytesMax"/>.</value>
    public long UncommittedBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>How many bytes of entries the log holds in memory, committed or not, before a leader refuses proposals.</summary>
    /// <value>512 MiB. Reached only if snapshots cannot be saved.</value>
    public long LogBytesMax { get; init; } = 512L * 1024 * 1024;

    /// <summary>How many entries are kept behind a snapshot, so that a slow follower need not fetch it.</summary>
    /// <value>10,000; 0 or more.</value>
    public int TrailingEntries { get; init; } = 10_000;

    /// <summary>How many bytes of entries are kept behind a snapshot at most.</summary>
    /// <value>32 MiB; 0 or more.</value>
    public long TrailingBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>How many bytes of a snapshot one message carries.</summary>
    /// <value>256 KiB; 1 KiB to 4 MiB.</value>
    public int SnapshotChunkBytes { get; init; } = 256 * 1024;

    /// <summary>How many read barriers may wait at a leader.</summary>
    /// <value>65,536; 1 or more.</value>
    public int PendingReadsMax { get; init; } = 65_536;

    /// <summary>How many committed entries a joining member may lack when it becomes a voter.</summary>
    /// <value>100; 0 or more.</value>
    public int CatchUpEntriesMax { get; init; } = 100;

    /// <summary>How linearizable reads are confirmed.</summary>
    /// <value><see cref="ReadMode.ReadIndex"/>.</value>
    public ReadMode Reads { get; init; } = ReadMode.ReadIndex;

    /// <summary>With <see cref="ReadMode.Lease"/>: by how much the rates of two replicas' clocks may differ, as a fraction.</summary>
    /// <value>0.1; 0 to 0.5.</value>
    public double ClockDriftMax { get; init; } = 0.1;

    /// <summary>Whether two quorums must share a member that does not lie, since an engine is to follow that survives liars. Not for configuration: who changes epochs decides.</summary>
    /// <value><see langword="false"/>: majorities.</value>
    internal bool SharesHonest { get; init; }

    /// <summary>After how many entries a leader marks a place where replicas compare their states, and may take snapshots. Not for configuration, as <see cref="SharesHonest"/>.</summary>
    /// <value>0: nothing is marked; the number of an entry says where states are compared.</value>
    internal int CheckpointEntries { get; init; }

    /// <summary>With <see cref="CheckpointEntries"/>: how long entries wait at most until a place behind them is marked.</summary>
    /// <value>0: for as many entries as it takes.</value>
    internal TimeSpan CheckpointInterval { get; init; }

    /// <summary>
    /// Whether this replica stands for election as soon as it has begun, and again four times in each <see cref="HeartbeatInterval"/> until the others have begun, too: where all begin together, they need not wait until one has waited long
    /// enough. Not for configuration, as <see cref="SharesHonest"/>.
    /// </summary>
    /// <value><see langword="false"/>: it waits as long as any other.</value>
    internal bool StandsFirst { get; init; }

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        Check(HeartbeatInterval > TimeSpan.Zero, nameof(HeartbeatInterval), HeartbeatInterval, "more than 0");
        Check(HeartbeatInterval < ElectionTimeoutMin / 3, nameof(HeartbeatInterval), HeartbeatInterval, $"less than a third of {nameof(ElectionTimeoutMin)} ({DurationText.Format(ElectionTimeoutMin)})");
        Check(CommitNoticeDelay >= TimeSpan.Zero && CommitNoticeDelay <= CommitNoticeDelayLongest, nameof(CommitNoticeDelay), CommitNoticeDelay, $"0 to {DurationText.Format(CommitNoticeDelayLongest)}");
        Check(ElectionTimeoutMax > ElectionTimeoutMin, nameof(ElectionTimeoutMax), ElectionTimeoutMax, $"more than {nameof(ElectionTimeoutMin)} ({DurationText.Format(ElectionTimeoutMin)})");
        Check(ElectionTimeoutMax <= ElectionTimeoutLongest, nameof(ElectionTimeoutMax), ElectionTimeoutMax, $"at most {DurationText.Format(ElectionTimeoutLongest)}");
        Check(AppendBytesMax is >= 1024 and <= 4 * 1024 * 1024, nameof(AppendBytesMax), AppendBytesMax, "1,024 to 4,194,304 bytes");
        Check(InflightMessagesMax is >= 1 and <= 4096, nameof(InflightMessagesMax), InflightMessagesMax, "1 to 4,096");
        Check(InflightBytesMax >= AppendBytesMax, nameof(InflightBytesMax), InflightBytesMax, $"at least {nameof(AppendBytesMax)} ({AppendBytesMax})");
        Check(UncommittedBytesMax >= AppendBytesMax, nameof(UncommittedBytesMax), UncommittedBytesMax, $"at least {nameof(AppendBytesMax)} ({AppendBytesMax})");
        Check(LogBytesMax >= UncommittedBytesMax, nameof(LogBytesMax), LogBytesMax, $"at least {nameof(UncommittedBytesMax)} ({UncommittedBytesMax})");
        Check(TrailingEntries >= 0, nameof(TrailingEntries), TrailingEntries, "0 or more");
        Check(TrailingBytesMax >= 0, nameof(TrailingBytesMax), TrailingBytesMax, "0 or more");
        Check(SnapshotChunkBytes is >= 1024 and <= 4 * 1024 * 1024, nameof(SnapshotChunkBytes), SnapshotChunkBytes, "1,024 to 4,194,304 bytes");
        Check(PendingReadsMax >= 1, nameof(PendingReadsMax), PendingReadsMax, "1 or more");
        Check(CatchUpEntriesMax >= 0, nameof(CatchUpEntriesMax), CatchUpEntriesMax, "0 or more");
        Check(Enum.IsDefined(Reads), nameof(Reads), Reads, string.Join(" or ", Enum.GetNames<ReadMode>()));
        Check(ClockDriftMax is >= 0 and <= 0.5, nameof(ClockDriftMax), ClockDriftMax, "0 to 0.5");
        return problems;

        void Check(bool holds, string name, object value, string allowed)
        {
            if (!holds)
            {
                problems.Add($"{name} is {(value is TimeSpan duration ? DurationText.Format(duration) : value)}; allowed: {allowed}.");
            }
        }
    }
}
