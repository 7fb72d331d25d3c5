using Consensus.Hybrid;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>The group's operator orders another engine, or the same anew, through any node: of the epoch that this node is in, which may be over. Now and then with other settings (<see cref="EpochWishes"/>).</summary>
internal sealed class SwitchFault(World world) : Fault(world, FaultKind.Switch)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly EpochWishes _wishes = new(world);

    /// <summary>How many of the orders took effect.</summary>
    public int Done { get; private set; }

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), () =>
    {
        if (World.Clients.AnyNode(Random) is not { Core: HybridCore core } asked)
        {
            return false;
        }

        var epoch = core.Running.Descriptor;
        var order = SealOrder.Give(epoch, _wishes.Draw(epoch, Random.Any(World.Options.Protocol.SwitchesTo)), World.OperatorOf(epoch));
        asked.Calls.Add(asked.Replica!.EndEpochAsync(order.ToBytes()), World.Agenda.Now + Patience, (result, isAnswered) => Done += isAnswered && result.IsDone ? 1 : 0);
        return true;
    });
}
