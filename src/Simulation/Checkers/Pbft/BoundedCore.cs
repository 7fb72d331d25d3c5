using Consensus.Engine;
using Consensus.Pbft;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Pbft;

/// <summary>
/// What a PBFT core keeps beside what both engines keep stays within the bounds of its options at every turn, whatever others send it: numbers of the window, blocks that were given up,
/// messages of views to come, and view changes. Source: pitfalls, part 3, and P4, P5, P13; "What is bounded" in the engine's README.
/// </summary>
/// <remarks>
/// The naive form bounds the blocks that were given up by their bytes alone, and gives false alarms: those that were prepared here are kept beyond that, one for each number of the
/// window at most, for nobody else may have them.
/// </remarks>
/// <param name="pbft">The cores' bounds.</param>
/// <param name="members">How many members there are.</param>
/// <param name="loadOf">What the core of a node keeps, if it is one of PBFT's.</param>
internal sealed class BoundedCore(PbftOptions pbft, int members, Func<SimulatedNode, PbftLoad?> loadOf) : Checker
{
    /// <inheritdoc/>
    public override string Name => "bounded core";

    private long KeptBytesMax => pbft.PooledBytesMax + ((long)pbft.WindowBlocks * (pbft.BlockBytesMax + pbft.BatchBytesMax));

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (loadOf(node) is not { } load)
        {
            return;
        }

        Compare(node, "numbers under way", load.Slots, pbft.WindowBlocks);
        Compare(node, "bytes of blocks that were given up", load.KeptBytes, KeptBytesMax);
        Compare(node, "bytes of one sender's messages of views to come", load.EarlyBytes, pbft.PooledBytesMax);
        Compare(node, "blocks that its view begins with", load.Reissues, pbft.WindowBlocks);
        Compare(node, "view changes", load.ViewChanges, members);
    }

    private void Compare(SimulatedNode node, string what, long count, long max)
    {
        if (count > max)
        {
            Report($"node {node.Id} has {count} {what}; at most {max} are allowed");
        }
    }
}
