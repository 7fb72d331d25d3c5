using Consensus.Simulation.Faults;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// A replica stops itself only when its disk fails, or gives back something else than was written to it: a snapshot that rotted between its
/// arrival and its installation. Any other end (a broken invariant, a state machine that threw) is a bug.
/// </summary>
internal sealed class ReplicaFailures(FaultAtlas atlas) : Checker
{
    /// <inheritdoc/>
    public override string Name => "replica failures";

    /// <inheritdoc/>
    public override void OnEnded(SimulatedNode node, Exception? failure)
    {
        var isDisks = failure is ConsensusException { Reason: ConsensusFailure.StorageFailed }
            || (failure is ConsensusException { Reason: ConsensusFailure.StorageCorrupt } && atlas.IsDamaged(node));
        if (failure is not null && !isDisks)
        {
            Report($"node {node.Id} stopped: {failure}");
        }
    }
}
