using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.HotStuff.Agreement;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.HotStuff;

/// <summary>
/// What a HotStuff core keeps beside what both engines keep stays within its bounds at every turn, whatever others send it: nodes, votes, proposals, and time-outs. Source: pitfalls, part 3,
/// and H11; "What is bounded" in the engine's README.
/// </summary>
/// <remarks>
/// The naive form bounds the branch by one window, and gives false alarms: nodes are remembered for a window before the stable checkpoint too, for those that lag.
/// </remarks>
/// <param name="options">The cores' bounds.</param>
/// <param name="members">How many members there are.</param>
/// <param name="loadOf">What the core of a node keeps, if it is one of HotStuff's.</param>
internal sealed class BoundedCore(HotStuffOptions options, int members, Func<SimulatedNode, HotStuffLoad?> loadOf) : Checker
{
    /// <inheritdoc/>
    public override string Name => "bounded core";

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (loadOf(node) is not { } load)
        {
            return;
        }

        Compare(node, "nodes beside the log", load.KeptNodes, HotStuffSlots.KeptMax);
        Compare(node, "nodes on the log's branch", load.BranchNodes, options.RememberedBlocks + 1);
        Compare(node, "views with votes", load.VotedViews, VoteCounting.ViewsMax);
        Compare(node, "proposals to compare others with", load.SeenProposals, Voting.ProposalsSeen);
        Compare(node, "time-outs", load.Timeouts, members);
    }

    private void Compare(SimulatedNode node, string what, int count, int max)
    {
        if (count > max)
        {
            Report($"node {node.Id} has {count} {what}; at most {max} are allowed");
        }
    }
}
