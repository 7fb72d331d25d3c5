using Consensus.Byzantine;

namespace Consensus.Hybrid;

/// <summary>How settings of an epoch stand above a member's own: which are taken as they are, and which of the member's give way because one of the epoch's bounds them.</summary>
internal static class EpochSettingBounds
{
    private const int WindowBlocksMax = 65_536;

    // As the defaults of the two are to each other.
    private const int StatusesInTimeout = 5;

    private static readonly TimeSpan ViewTimeoutMin = TimeSpan.FromMilliseconds(10);

    /// <summary>A member's options for an engine that survives liars, in an epoch with these settings.</summary>
    public static T Over<T>(T own, EpochSettings settings)
        where T : ByzantineOptions
    {
        // Of two that bound each other the one that is not ordered gives way.
        var checkpoint = settings.CheckpointBlocks ?? (settings.WindowBlocks is { } width ? Math.Max(1, Math.Min(own.CheckpointBlocks, width / 2)) : own.CheckpointBlocks);
        var window = settings.WindowBlocks ?? (settings.CheckpointBlocks is { } step ? (int)Math.Clamp(2L * step, own.WindowBlocks, WindowBlocksMax) : own.WindowBlocks);
        var timeout = settings.ViewTimeout ?? (settings.ViewTimeoutMax is { } longest ? Later(ViewTimeoutMin, Earlier(own.ViewTimeout, longest)) : own.ViewTimeout);
        var timeoutMax = settings.ViewTimeoutMax ?? Later(own.ViewTimeoutMax, timeout);
        var batch = settings.BatchBytesMax ?? own.BatchBytesMax;
        return own with
        {
            ViewTimeout = timeout,
            ViewTimeoutMax = timeoutMax,
            StatusInterval = own.StatusInterval < timeout ? own.StatusInterval : Later(TimeSpan.FromMilliseconds(1), timeout / StatusesInTimeout),
            CheckpointBlocks = checkpoint,
            WindowBlocks = window,
            BlockBytesMax = settings.BlockBytesMax ?? own.BlockBytesMax,
            BatchBytesMax = batch,
            PooledBytesMax = Math.Max(own.PooledBytesMax, batch),
            CatchUpBytes = settings.CatchUpBytes ?? own.CatchUpBytes,
        };
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
