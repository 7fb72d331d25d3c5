using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Runs;

/// <summary>At the end of a run, when all are healed, the operator orders another engine once more: it must take effect.</summary>
internal sealed class FinalSwitch(World world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Epoch _before = world.LastEpoch;
    private readonly DeterministicRandom _random = world.RandomFor("final switch");
    private bool _isAsking;

    /// <summary>Whether an epoch has begun since; if not, the operator asks again.</summary>
    public bool IsDone
    {
        get
        {
            if (world.LastEpoch > _before)
            {
                return true;
            }

            var running = world.HonestNodes.Where(node => node is { Condition: NodeCondition.Running, Core: HybridCore }).ToList();
            if (!_isAsking && running.Count > 0)
            {
                Ask(_random.Any(running));
            }

            return false;
        }
    }

    private void Ask(SimulatedNode node)
    {
        // Back to Raft members would have to agree, and it may not be quiet.
        var protocol = _random.Any(world.Options.Protocol.SwitchesTo.Where(protocol => protocol != EpochProtocol.Raft).ToArray());
        var epoch = ((HybridCore)node.Core!).Running.Descriptor;
        var order = SealOrder.Give(epoch, new NextEpoch(protocol), world.OperatorOf(epoch));
        _isAsking = true;
        node.Calls.Add(node.Replica!.EndEpochAsync(order.ToBytes()), world.Agenda.Now + Patience, (_, _) => _isAsking = false);
    }
}
