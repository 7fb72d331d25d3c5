using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// A replica stops itself only when its disk fails, and refuses to start only when its disk is damaged. Any other end (a broken invariant, a
/// state machine that threw) is a bug.
/// </summary>
internal sealed class ReplicaFailures : Checker
{
    /// <inheritdoc/>
    public override string Name => "replica failures";

    /// <inheritdoc/>
    public override void OnEnded(SimulatedNode node, Exception? failure)
    {
        if (failure is not null and not ConsensusException { Reason: ConsensusFailure.StorageFailed })
        {
            Report($"node {node.Id} stopped: {failure}");
        }
    }
}
