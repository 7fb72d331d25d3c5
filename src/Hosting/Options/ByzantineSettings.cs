using System.ComponentModel.DataAnnotations;
using Consensus.Byzantine;
using Consensus.Configuration;

namespace Consensus.Hosting;

/// <summary>The settings that the engines for Byzantine faults have in common, as they stand in JSON; <see cref="ByzantineOptions"/> explains them.</summary>
public abstract class ByzantineSettings
{
    /// <param name="defaults">The engine's own defaults.</param>
    private protected ByzantineSettings(ByzantineOptions defaults)
    {
        ViewTimeout = defaults.ViewTimeout;
        ViewTimeoutMax = defaults.ViewTimeoutMax;
        StatusInterval = defaults.StatusInterval;
        CheckpointBlocks = defaults.CheckpointBlocks;
        WindowBlocks = defaults.WindowBlocks;
        BlockBytesMax = defaults.BlockBytesMax;
        BatchBytesMax = defaults.BatchBytesMax;
        OwnBatchesMax = defaults.OwnBatchesMax;
        PooledBytesMax = defaults.PooledBytesMax;
        TrailingBlocks = defaults.TrailingBlocks;
        CatchUpBytes = defaults.CatchUpBytes;
        ClockErrorMax = defaults.ClockErrorMax;
    }

    /// <inheritdoc cref="ByzantineOptions.ViewTimeout"/>
    /// <value>500 ms; 10 ms to 1 min. Must exceed a decision under load by far.</value>
    [DurationRange("10ms", "1m")]
    public TimeSpan ViewTimeout { get; set; }

    /// <inheritdoc cref="ByzantineOptions.ViewTimeoutMax"/>
    /// <value>30 s; 10 ms to 1 h, and at least <see cref="ViewTimeout"/>.</value>
    [DurationRange("10ms", "1h")]
    public TimeSpan ViewTimeoutMax { get; set; }

    /// <inheritdoc cref="ByzantineOptions.StatusInterval"/>
    /// <value>100 ms; 1 ms to 1 min, and less than <see cref="ViewTimeout"/>.</value>
    [DurationRange("1ms", "1m")]
    public TimeSpan StatusInterval { get; set; }

    /// <inheritdoc cref="ByzantineOptions.CheckpointBlocks"/>
    /// <value>The same on all of them. 64; 1 to 32,768.</value>
    [Range(1, 32_768)]
    public int CheckpointBlocks { get; set; }

    /// <inheritdoc cref="ByzantineOptions.WindowBlocks"/>
    /// <value>The same on all replicas. 256; 2 to 65,536, at least twice <see cref="CheckpointBlocks"/>, and with HotStuff's three-chain rules at least 3.</value>
    [Range(2, 65_536)]
    public int WindowBlocks { get; set; }

    /// <inheritdoc cref="ByzantineOptions.BlockBytesMax"/>
    /// <value>1 MiB; 1 KiB to 4 MiB.</value>
    [Range(1024, 4 * 1024 * 1024)]
    public int BlockBytesMax { get; set; }

    /// <inheritdoc cref="ByzantineOptions.BatchBytesMax"/>
    /// <value>512 KiB; 1 KiB to 4 MiB.</value>
    [Range(1024, 4 * 1024 * 1024)]
    public int BatchBytesMax { get; set; }

    /// <inheritdoc cref="ByzantineOptions.OwnBatchesMax"/>
    /// <value>2, with HotStuff 4; 1 to 65,536.</value>
    [Range(1, 65_536)]
    public int OwnBatchesMax { get; set; }

    /// <inheritdoc cref="ByzantineOptions.PooledBytesMax"/>
    /// <value>16 MiB; 1 KiB to 64 GiB, and at least <see cref="BatchBytesMax"/>.</value>
    [Range(1024d, 64d * 1024 * 1024 * 1024)]
    public long PooledBytesMax { get; set; }

    /// <inheritdoc cref="ByzantineOptions.TrailingBlocks"/>
    /// <value>1,024; 0 to 1,000,000,000.</value>
    [Range(0, 1_000_000_000)]
    public int TrailingBlocks { get; set; }

    /// <inheritdoc cref="ByzantineOptions.CatchUpBytes"/>
    /// <value>The same on all replicas. 256 KiB; 1 KiB to 4 MiB.</value>
    [Range(1024, 4 * 1024 * 1024)]
    public int CatchUpBytes { get; set; }

    /// <inheritdoc cref="ByzantineOptions.ClockErrorMax"/>
    /// <value>10 s; 100 ms to 1 d. Must exceed what the machines' clocks are apart.</value>
    [DurationRange("100ms", "1d")]
    public TimeSpan ClockErrorMax { get; set; }

    /// <summary>Puts these into an engine's own options.</summary>
    private protected T ApplyTo<T>(T options)
        where T : ByzantineOptions => options with
        {
            ViewTimeout = ViewTimeout,
            ViewTimeoutMax = ViewTimeoutMax,
            StatusInterval = StatusInterval,
            CheckpointBlocks = CheckpointBlocks,
            WindowBlocks = WindowBlocks,
            BlockBytesMax = BlockBytesMax,
            BatchBytesMax = BatchBytesMax,
            OwnBatchesMax = OwnBatchesMax,
            PooledBytesMax = PooledBytesMax,
            TrailingBlocks = TrailingBlocks,
            CatchUpBytes = CatchUpBytes,
            ClockErrorMax = ClockErrorMax,
        };
}
