using Consensus.Simulation.Faults;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// A replica refuses to start only if its disk was damaged: whatever a crash leaves behind can be recovered from (src/Storage/README.md, "Opening
/// it"). That it refuses if it must follows from <see cref="LogIsKept"/>: it would start with less than it had.
/// </summary>
internal sealed class RefusedStarts(FaultAtlas atlas) : Checker
{
    /// <inheritdoc/>
    public override string Name => "refused starts";

    /// <inheritdoc/>
    public override void OnRefused(SimulatedNode node, ConsensusException why)
    {
        if (!atlas.MayRefuse(node))
        {
            Report($"node {node.Id} does not start, but nothing that counts on its disk was damaged: {why.Message}");
        }
    }
}
