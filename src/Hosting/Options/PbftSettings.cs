using System.ComponentModel.DataAnnotations;
using Consensus.Pbft;

namespace Consensus.Hosting;

/// <summary>The settings of the PBFT engine as they stand in JSON; <see cref="PbftOptions"/> explains them.</summary>
public sealed class PbftSettings : ByzantineSettings
{
    private static readonly PbftOptions Defaults = new();

    /// <summary>Makes them with their defaults.</summary>
    public PbftSettings()
        : base(Defaults)
    {
    }

    /// <inheritdoc cref="PbftOptions.PipelineBlocks"/>
    /// <value>2; 1 to 65,536, and at most <see cref="ByzantineSettings.WindowBlocks"/>.</value>
    [Range(1, 65_536)]
    public int PipelineBlocks { get; set; } = Defaults.PipelineBlocks;

    internal PbftOptions ToOptions() => ApplyTo(new PbftOptions { PipelineBlocks = PipelineBlocks });
}
