using System.ComponentModel.DataAnnotations;
using Consensus.HotStuff;

namespace Consensus.Hosting;

/// <summary>The settings of the HotStuff engine as they stand in JSON; <see cref="HotStuffOptions"/> explains them.</summary>
public sealed class HotStuffSettings : ByzantineSettings
{
    private static readonly HotStuffOptions Defaults = new();

    /// <summary>Makes them with their defaults.</summary>
    public HotStuffSettings()
        : base(Defaults)
    {
    }

    /// <inheritdoc cref="HotStuffOptions.Rules"/>
    /// <value><see cref="HotStuffRuleSet.ThreeChain"/>. The same on all replicas.</value>
    public HotStuffRuleSet Rules { get; set; } = Defaults.Rules;

    /// <inheritdoc cref="HotStuffOptions.TermViews"/>
    /// <value>1,024; 4 to 1,048,576. The same on all replicas.</value>
    [Range(4, 1_048_576)]
    public int TermViews { get; set; } = Defaults.TermViews;

    /// <inheritdoc cref="HotStuffOptions.PenaltyRotations"/>
    /// <value>8; 0 to 1,024. The same on all replicas.</value>
    [Range(0, 1024)]
    public int PenaltyRotations { get; set; } = Defaults.PenaltyRotations;

    internal HotStuffOptions ToOptions() => ApplyTo(new HotStuffOptions { Rules = Rules, TermViews = TermViews, PenaltyRotations = PenaltyRotations });
}
