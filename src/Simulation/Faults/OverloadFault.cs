using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Faults;

/// <summary>Bursts of clients that do not think between their calls, and write much: more than queues and the uncommitted part of the log hold.</summary>
internal sealed class OverloadFault(World world) : Fault(world, FaultKind.Overload)
{
    private const ulong ClientsMin = 20;
    private const ulong ClientsMax = 100;
    private const ulong CallsMax = 10;

    private readonly List<SimulatedClient> _burst = [];
    private readonly IWorkload _workload = new BurstWorkload(world.Workload);

    /// <inheritdoc/>
    public override void Begin() => Alternate(FaultWindows.Elections, () =>
    {
        var clients = ClientsMin + Random.NextBelow(ClientsMax - ClientsMin);
        var settings = World.Options.Client with
        {
            ThinkTime = TimeSpan.Zero,
            AttemptsMax = 2,
            CallsMax = 1 + (int)Random.NextBelow(CallsMax),
            KeepsSession = false,
        };
        for (var i = 0UL; i < clients; i++)
        {
            var client = World.AddClient(settings, _workload);
            _burst.Add(client);
            client.Start();
        }

        return EndBurst;
    });

    /// <inheritdoc/>
    public override void End()
    {
        base.End();
        EndBurst();
    }

    private void EndBurst()
    {
        _burst.ForEach(client => client.End());
        _burst.Clear();
    }

    private sealed class BurstWorkload(IWorkload workload) : IWorkload
    {
        public Operation Next(DeterministicRandom random, int client) => workload.NextOfTooMany(random, client);
    }
}
