using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers.Byzantine;

/// <summary>
/// No honest replica says that another honest one contradicts itself, or says so of anybody without handing the evidence over in the same turn, or that an honest one floods it, or alters what it passes on, or finds its own state to be another than the one that a quorum has certified. Source: pitfalls, part 3,
/// evidence soundness, and P7. That an honest replica's messages are refused by none is looked at where frames are delivered (<see cref="Runs.World.OnRefused(NodeId, NodeId)"/>).
/// </summary>
internal sealed class HonestNeverAccused(Observatory observatory) : Checker
{
    /// <inheritdoc/>
    public override string Name => "honest never accused";

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        for (var i = 0; i < effects.Events.Count; i++)
        {
            switch (effects.Events[i])
            {
                case EquivocationDetected told when !observatory.IsByzantine(told.Culprit):
                    Report($"node {node.Id} says that node {told.Culprit} contradicts itself ({told.About}); that one is honest");
                    break;
                case EquivocationDetected told when !HandsOver(effects, told):
                    Report($"node {node.Id} says that node {told.Culprit} contradicts itself ({told.About}), and hands no evidence over");
                    break;
                case TamperingDetected told when !observatory.IsByzantine(told.Peer):
                    Report($"node {node.Id} says that node {told.Peer} alters what it passes on ({told.About}); that one is honest");
                    break;
                case PeerFlooding told when !observatory.IsByzantine(told.Peer):
                    Report($"node {node.Id} says that node {told.Peer} asks for too much; that one is honest");
                    break;
                case StateDiverged told when told.Node == node.Id:
                    Report($"node {node.Id} is honest, and has state {told.Actual} after entry {told.Index}; a quorum has certified {told.Expected}");
                    break;
            }
        }
    }

    private static bool HandsOver(EffectBuffer effects, EquivocationDetected told)
    {
        for (var i = 0; i < effects.Evidence.Count; i++)
        {
            if (effects.Evidence[i].Signer == told.Culprit && effects.Evidence[i].ComputeDigest() == told.Evidence)
            {
                return true;
            }
        }

        return false;
    }
}
