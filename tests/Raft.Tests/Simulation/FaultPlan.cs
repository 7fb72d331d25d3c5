namespace Consensus.Raft.Tests.Simulation;

/// <summary>How unkind a run is.</summary>
internal sealed record FaultPlan
{
    public double DropRate { get; init; }

    public double DuplicateRate { get; init; }

    public double ReorderRate { get; init; }

    /// <summary>The mean time between crashes of one replica or another.</summary>
    public TimeSpan CrashEvery { get; init; } = Timeout.InfiniteTimeSpan;

    public TimeSpan PartitionEvery { get; init; } = Timeout.InfiniteTimeSpan;

    public TimeSpan SlowDiskEvery { get; init; } = Timeout.InfiniteTimeSpan;

    public TimeSpan FullDiskEvery { get; init; } = Timeout.InfiniteTimeSpan;

    public TimeSpan ChangeEvery { get; init; } = Timeout.InfiniteTimeSpan;

    public TimeSpan TransferEvery { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How far the rates of two clocks may differ.</summary>
    public double ClockDrift { get; init; }

    public static FaultPlan None { get; } = new();

    public static FaultPlan All { get; } = new()
    {
        DropRate = 0.03,
        DuplicateRate = 0.03,
        ReorderRate = 0.05,
        CrashEvery = TimeSpan.FromSeconds(3),
        PartitionEvery = TimeSpan.FromSeconds(4),
        SlowDiskEvery = TimeSpan.FromSeconds(7),
        FullDiskEvery = TimeSpan.FromSeconds(11),
        ChangeEvery = TimeSpan.FromSeconds(3),
        TransferEvery = TimeSpan.FromSeconds(5),
        ClockDrift = 0.04,
    };

    /// <summary>Everything at once and often: progress is rare, safety is not.</summary>
    public static FaultPlan Storm { get; } = new()
    {
        DropRate = 0.1,
        DuplicateRate = 0.1,
        ReorderRate = 0.2,
        CrashEvery = TimeSpan.FromMilliseconds(700),
        PartitionEvery = TimeSpan.FromMilliseconds(900),
        SlowDiskEvery = TimeSpan.FromSeconds(2),
        FullDiskEvery = TimeSpan.FromSeconds(3),
        ChangeEvery = TimeSpan.FromMilliseconds(400),
        TransferEvery = TimeSpan.FromMilliseconds(800),
        ClockDrift = 0.04,
    };
}
