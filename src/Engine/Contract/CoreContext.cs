namespace Consensus.Engine;

/// <summary>What a core is made from.</summary>
public sealed record CoreContext
{
    /// <summary>The replica that the core runs.</summary>
    public required NodeId Self { get; init; }

    /// <summary>The epoch it is active in.</summary>
    public required Epoch Epoch { get; init; }

    /// <summary>What was on disk.</summary>
    public required RecoveredState Recovered { get; init; }

    /// <summary>Seeds the core's own generator, so that a run can be repeated.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The time at the start.</summary>
    public required Ticks Now { get; init; }
}
