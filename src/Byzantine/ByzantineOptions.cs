using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// The settings that the engines for Byzantine faults have in common. All replicas of a group must agree on <see cref="CheckpointBlocks"/>, <see cref="WindowBlocks"/>,
/// <see cref="BlockBytesMax"/>, <see cref="BatchBytesMax"/>, <see cref="CommandBytesMax"/> and <see cref="CatchUpBytes"/>.
/// </summary>
public abstract record ByzantineOptions
{
    /// <summary>How long a batch may wait to be ordered before a replica gives up on the view. Doubles with each view that brings nothing.</summary>
    /// <value>500 ms; 10 ms to 1 min. Must exceed a decision under load by far.</value>
    public TimeSpan ViewTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest it gets by doubling.</summary>
    /// <value>30 s; at least <see cref="ViewTimeout"/>.</value>
    public TimeSpan ViewTimeoutMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a replica tells the others where it is, so that they can send what it lacks. Five times as rarely when nothing is under way.</summary>
    /// <value>100 ms; 1 ms or more, less than <see cref="ViewTimeout"/>.</value>
    public TimeSpan StatusInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>After how many blocks the replicas certify their state (K in PBFT's papers).</summary>
    /// <value>64; 1 or more.</value>
    public int CheckpointBlocks { get; init; } = 64;

    /// <summary>How many blocks after the stable checkpoint may be under way (L in PBFT's papers).</summary>
    /// <value>256; at least twice <see cref="CheckpointBlocks"/>, with HotStuff's three-chain rules at least 3, at most 65,536.</value>
    public int WindowBlocks { get; init; } = 256;

    /// <summary>How many bytes of batches a block has at most, signed commands at their weight (<see cref="CommandBatch.Weight"/>); one batch always fits. Larger proposals are refused.</summary>
    /// <value>1 MiB; 1 KiB to 4 MiB.</value>
    public int BlockBytesMax { get; init; } = 1024 * 1024;

    /// <summary>How many bytes of commands a replica signs at once, signed commands at their weight (<see cref="CommandBatch.Weight"/>); one command always fits. Larger batches are refused.</summary>
    /// <value>512 KiB; 1 KiB to 4 MiB.</value>
    public int BatchBytesMax { get; init; } = 512 * 1024;

    /// <summary>
    /// The largest command, without its envelope, as <see cref="ReplicaOptions.CommandBytesMax"/>. Replicas submit no larger one, so a batch of one that is larger is refused, and its sender's connection ended.
    /// </summary>
    /// <value>1.25 MiB; 1 byte to 4 MiB. A replica's must not be smaller than what another one takes of its callers.</value>
    public int CommandBytesMax { get; init; } = 1280 * 1024;

    /// <summary>How many of its own batches a replica has under way before its callers' commands wait for a larger one.</summary>
    /// <value>2, with HotStuff 4; 1 or more.</value>
    public int OwnBatchesMax { get; init; } = 2;

    /// <summary>How many bytes of batches that wait a replica keeps for each origin, signed commands at their weight (<see cref="CommandBatch.Weight"/>); and of blocks that it has fetched and that are not proven yet.</summary>
    /// <value>16 MiB; at least <see cref="BatchBytesMax"/>.</value>
    public long PooledBytesMax { get; init; } = 16L * 1024 * 1024;

    /// <summary>How many blocks are kept behind a certified snapshot, so that a slow replica need not fetch it.</summary>
    /// <value>1,024; 0 or more.</value>
    public int TrailingBlocks { get; init; } = 1024;

    /// <summary>
    /// How many bytes of blocks, or of a snapshot, one message brings to a replica that is behind. Parts of snapshots have the largest power of two within it,
    /// and whoever sends others is asked for none.
    /// </summary>
    /// <value>256 KiB; 1 KiB to 4 MiB.</value>
    public int CatchUpBytes { get; init; } = 256 * 1024;

    /// <summary>
    /// How far the wall clocks of two correct replicas may be apart. A proposal whose time is further ahead of a replica's clock is refused, and a leader that keeps the log's time twice as far behind it is suspected.
    /// </summary>
    /// <value>10 s; 100 ms to 1 day. Must exceed what the machines' clocks are apart, and by far what a message takes.</value>
    public TimeSpan ClockErrorMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many blocks after the stable checkpoint there may be at all: the window, and what an engine may need beyond it so that the window's checkpoints are committed.</summary>
    internal virtual int ReachBlocks => WindowBlocks;

    /// <summary>How many bytes a command has at most with its envelope: no correct replica submits a longer one.</summary>
    internal int EnvelopeBytesMax => CommandBytesMax + CommandEnvelope.OverheadBytesMax;

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new Problems();
        problems.Check(ViewTimeout >= TimeSpan.FromMilliseconds(10) && ViewTimeout <= TimeSpan.FromMinutes(1), nameof(ViewTimeout), ViewTimeout, "10 ms to 1 min");
        problems.Check(ViewTimeoutMax >= ViewTimeout && ViewTimeoutMax <= TimeSpan.FromHours(1), nameof(ViewTimeoutMax), ViewTimeoutMax, $"at least {nameof(ViewTimeout)} ({DurationText.Format(ViewTimeout)}), at most 1 h");
        problems.Check(StatusInterval >= TimeSpan.FromMilliseconds(1) && StatusInterval < ViewTimeout, nameof(StatusInterval), StatusInterval, $"1 ms or more, less than {nameof(ViewTimeout)} ({DurationText.Format(ViewTimeout)})");
        problems.Check(CheckpointBlocks >= 1, nameof(CheckpointBlocks), CheckpointBlocks, "1 or more");
        problems.Check(WindowBlocks >= 2L * CheckpointBlocks && WindowBlocks <= 65_536, nameof(WindowBlocks), WindowBlocks, $"at least twice {nameof(CheckpointBlocks)} ({CheckpointBlocks}), at most 65,536");
        ValidateOwn(problems);
        problems.Check(BlockBytesMax is >= 1024 and <= 4 * 1024 * 1024, nameof(BlockBytesMax), BlockBytesMax, "1,024 to 4,194,304 bytes");
        problems.Check(BatchBytesMax is >= 1024 and <= 4 * 1024 * 1024, nameof(BatchBytesMax), BatchBytesMax, "1,024 to 4,194,304 bytes");
        problems.Check(CommandBytesMax is >= 1 and <= 4 * 1024 * 1024, nameof(CommandBytesMax), CommandBytesMax, "1 to 4,194,304 bytes");
        problems.Check(OwnBatchesMax >= 1, nameof(OwnBatchesMax), OwnBatchesMax, "1 or more");
        problems.Check(PooledBytesMax >= BatchBytesMax, nameof(PooledBytesMax), PooledBytesMax, $"at least {nameof(BatchBytesMax)} ({BatchBytesMax})");
        problems.Check(TrailingBlocks >= 0, nameof(TrailingBlocks), TrailingBlocks, "0 or more");
        problems.Check(CatchUpBytes is >= 1024 and <= 4 * 1024 * 1024, nameof(CatchUpBytes), CatchUpBytes, "1,024 to 4,194,304 bytes");
        problems.Check(ClockErrorMax >= TimeSpan.FromMilliseconds(100) && ClockErrorMax <= TimeSpan.FromDays(1), nameof(ClockErrorMax), ClockErrorMax, "100 ms to 1 d");
        return problems.Found;
    }

    /// <summary>Checks the settings that only this engine has.</summary>
    private protected abstract void ValidateOwn(Problems problems);

    /// <summary>What is wrong with settings, one sentence each.</summary>
    private protected sealed class Problems
    {
        private readonly List<string> _found = [];

        public IReadOnlyList<string> Found => _found;

        public void Check(bool holds, string name, object value, string allowed)
        {
            if (!holds)
            {
                _found.Add($"{name} is {(value is TimeSpan duration ? DurationText.Format(duration) : value)}; allowed: {allowed}.");
            }
        }
    }
}
