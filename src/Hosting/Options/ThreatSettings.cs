using System.ComponentModel.DataAnnotations;
using Consensus.Configuration;
using Consensus.Hybrid;

namespace Consensus.Hosting;

/// <summary>From when on members of a hybrid are suspected, as it stands in JSON; <see cref="ThreatOptions"/> explains it.</summary>
public sealed class ThreatSettings
{
    private static readonly ThreatOptions Defaults = new();

    /// <inheritdoc cref="ThreatOptions.Window"/>
    /// <value>10 min; 1 s to 1 d. The same on all members.</value>
    [DurationRange("1s", "1d")]
    public TimeSpan Window { get; set; } = Defaults.Window;

    /// <inheritdoc cref="ThreatOptions.LowFrom"/>
    /// <value>1; 1 to 998. The same on all members.</value>
    [Range(1, 998)]
    public int LowFrom { get; set; } = Defaults.LowFrom;

    /// <inheritdoc cref="ThreatOptions.MediumFrom"/>
    /// <value>3; 2 to 999, and more than <see cref="LowFrom"/>. The same on all members.</value>
    [Range(2, 999)]
    public int MediumFrom { get; set; } = Defaults.MediumFrom;

    /// <inheritdoc cref="ThreatOptions.HighFrom"/>
    /// <value>6; 3 to 1,000, and more than <see cref="MediumFrom"/>. The same on all members.</value>
    [Range(3, 1000)]
    public int HighFrom { get; set; } = Defaults.HighFrom;

    internal ThreatOptions ToOptions() => new() { Window = Window, LowFrom = LowFrom, MediumFrom = MediumFrom, HighFrom = HighFrom };
}
