using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// Processes stand still for a while (SIGSTOP, a long garbage collection, a virtual machine that is moved), the leader preferably, and
/// sometimes one that has just been elected.
/// </summary>
internal sealed class PauseFault(World world) : Fault(world, FaultKind.Pause)
{
    private const double AmbushRate = 0.2;
    private const double SeveralRate = 0.25;
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8), () =>
    {
        if (Random.Chance(AmbushRate) && Ambush(Moment.Elected, node => Pause(node)))
        {
            return false;
        }

        if (Victim() is not { } victim || !Pause(victim))
        {
            return false;
        }

        if (Random.Chance(SeveralRate))
        {
            foreach (var node in World.Nodes.Where(node => node.IsUp && Random.Chance(0.5)))
            {
                Pause(node);
            }
        }

        return true;
    });

    private bool Pause(SimulatedNode node)
    {
        if (node.Condition != NodeCondition.Running)
        {
            return false;
        }

        node.Pause();

        // A process that came after this one is not to be woken from a pause of its own.
        var life = node.Life;
        Later(NextOfAnySize(PauseMin, PauseMax), () =>
        {
            if (node.Life == life)
            {
                node.Resume();
            }
        });
        return true;
    }
}
