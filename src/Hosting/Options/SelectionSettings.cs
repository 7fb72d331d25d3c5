using System.ComponentModel.DataAnnotations;
using Consensus.Configuration;
using Consensus.Hybrid.Selection;

namespace Consensus.Hosting;

/// <summary>What a group needs of its engine, for the algorithm <c>Auto</c>. The same on all members: each chooses by itself.</summary>
public sealed class SelectionSettings
{
    private static readonly SelectionThresholds Defaults = new();

    /// <summary>Whether some members may do as they please: lie, or have been broken into. Otherwise they stop at worst.</summary>
    /// <value>False. With an algorithm that is named, true is refused if that one tolerates no lies. The same on all members.</value>
    public bool Byzantine { get; set; }

    /// <summary>How long a decision may take. It chooses between HotStuff and PBFT where members may lie.</summary>
    /// <value>Not given: that does not matter; else 1 us to 1 h. The same on all members.</value>
    [DurationRange("1us", "1h")]
    public TimeSpan? Latency { get; set; }

    /// <inheritdoc cref="SelectionThresholds.SwarmSizeLimit"/>
    /// <value>1,000; 4 to 1,000,000. Fewer than four members tolerate no lie, so with less no engine that agrees would ever be chosen. The same on all members.</value>
    [Range(4, 1_000_000)]
    public int SwarmSizeLimit { get; set; } = Defaults.SwarmSizeLimit;

    /// <inheritdoc cref="SelectionThresholds.LatencyLimit"/>
    /// <value>100 ms; 1 ms to 1 h. The same on all members.</value>
    [DurationRange("1ms", "1h")]
    public TimeSpan LatencyLimit { get; set; } = Defaults.LatencyLimit;

    internal SelectionThresholds ToThresholds() => new() { SwarmSizeLimit = SwarmSizeLimit, LatencyLimit = LatencyLimit };

    /// <summary>Chooses for a group of so many voting members; <see langword="null"/> if a threshold is out of its range.</summary>
    internal EngineSelection? SelectFor(int voters)
    {
        var thresholds = ToThresholds();
        return thresholds.Validate().Count > 0 ? null : EngineSelector.Select(new SelectionRequirements(voters, Latency, Byzantine), thresholds);
    }
}
