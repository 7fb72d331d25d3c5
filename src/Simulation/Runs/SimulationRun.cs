using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Runs;

/// <summary>One run: one seed.</summary>
internal sealed class SimulationRun
{
    private readonly World _world;

    public SimulationRun(ulong seed, SimulationOptions options)
    {
        _world = new World(seed, options);
        for (var i = 0; i < options.Nodes; i++)
        {
            _world.AddNode();
        }

        var workload = options.Workload();
        for (var i = 0; i < options.Clients; i++)
        {
            var settings = options.Client with { KeepsSession = i % 2 == 1 };
            new SimulatedClient(_world.Clients, i, _world.Agenda, _world.RandomFor($"client {i}"), workload, settings).Start();
        }
    }

    public World World => _world;

    public void Run()
    {
        foreach (var node in _world.Nodes)
        {
            node.Start();
        }

        if (_world.Run(_world.Options.Duration))
        {
            _world.Finish();
        }
    }
}
