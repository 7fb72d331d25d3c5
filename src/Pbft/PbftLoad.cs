using Consensus.Byzantine;

namespace Consensus.Pbft;

/// <summary>What a core keeps at one moment, as far as it has a bound.</summary>
internal readonly record struct PbftLoad
{
    /// <summary>What is not PBFT's own.</summary>
    public OrderingLoad Ordering { get; init; }

    /// <summary>Numbers about which something is known. At most <see cref="ByzantineOptions.WindowBlocks"/>.</summary>
    public int Slots { get; init; }

    /// <summary>
    /// Blocks that were given up. At most <see cref="ByzantineOptions.PooledBytesMax"/>, and beyond that one for each number of the window: the one that was prepared.
    /// </summary>
    public long KeptBytes { get; init; }

    /// <summary>Messages of views to come, of the sender with the most. At most <see cref="ByzantineOptions.PooledBytesMax"/>.</summary>
    public long EarlyBytes { get; init; }

    /// <summary>Blocks that the view begins with and that are not accepted yet. At most <see cref="ByzantineOptions.WindowBlocks"/>.</summary>
    public int Reissues { get; init; }

    /// <summary>View changes. At most one of each member.</summary>
    public int ViewChanges { get; init; }
}
