using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// Clients vanish, often in the middle of a call, and others take their places. Each leaves its session behind, so that over time there are
/// more than a group keeps.
/// </summary>
internal sealed class ClientChurnFault(World world) : Fault(world, FaultKind.ClientChurn)
{
    private const double SessionRate = 0.8;

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500), () =>
    {
        var present = World.Clients.All.Where(client => !client.IsEnded && client.Settings.CallsMax == int.MaxValue).ToArray();
        if (present.Length == 0)
        {
            return false;
        }

        Random.Any(present).Vanish();
        World.AddClient(World.Options.Client with { KeepsSession = Random.Chance(SessionRate) }).Start();
        return true;
    });
}
