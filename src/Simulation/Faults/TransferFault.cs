using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>Somebody asks any node to hand leadership over to any node, or to the best; most of these make sense, some do not.</summary>
internal sealed class TransferFault(World world) : Fault(world, FaultKind.Transfer)
{
    private const double ToTheBestRate = 0.2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How many of them took effect.</summary>
    public int Done { get; private set; }

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(5), () =>
    {
        var asked = World.Clients.AnyNode(Random);
        var target = Random.Chance(ToTheBestRate) ? NodeId.None : Random.Any(World.Nodes).Id;
        if (asked is null)
        {
            return false;
        }

        asked.Calls.Add(asked.Replica!.TransferLeadershipAsync(target), World.Agenda.Now + Patience, (result, isAnswered) => Done += isAnswered && result.IsDone ? 1 : 0);
        return true;
    });
}
