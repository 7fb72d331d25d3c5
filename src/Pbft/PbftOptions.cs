using Consensus.Byzantine;

namespace Consensus.Pbft;

/// <summary>The settings of the PBFT engine.</summary>
public sealed record PbftOptions : ByzantineOptions
{
    /// <summary>How many blocks the primary proposes before the first of them is committed. Fewer means larger blocks under load.</summary>
    /// <value>2; 1 or more, at most <see cref="ByzantineOptions.WindowBlocks"/>.</value>
    public int PipelineBlocks { get; init; } = 2;

    private protected override void ValidateOwn(Problems problems) =>
        problems.Check(PipelineBlocks >= 1 && PipelineBlocks <= WindowBlocks, nameof(PipelineBlocks), PipelineBlocks, $"1 to {nameof(WindowBlocks)} ({WindowBlocks})");
}
