using System.Diagnostics;
using System.Globalization;
using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Disk;
using Consensus.Simulation.Network;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Tests.Runs;

/// <summary>
/// One group for many hours of virtual time, with callers, restarts and snapshots, and nobody who remembers anything: no checkers, no history.
/// What the heap holds after a full collection stays as it is.
/// </summary>
[NonParallelizable]
public sealed class HeapSoakTests
{
    private const int Nodes = 3;
    private const int Clients = 8;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan RestartInterval = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Downtime = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <c>dotnet test -c Release tests/Simulation.Tests --filter TestCategory=Soak -- 'TestRunParameters.Parameter(name="heap-seconds", value="600")'</c>
    /// </summary>
    [Test, Category("Soak"), Explicit("A soak.")]
    public void The_heap_of_a_group_that_runs_for_hours_is_flat()
    {
        var budget = TimeSpan.FromSeconds(TestContext.Parameters.Get("heap-seconds", 30));
        var group = new Group();
        var watch = Stopwatch.StartNew();

        // Pools and buffers grow until they have met what comes: that is over after the first interval.
        group.Run(Interval);
        var sizes = new List<long>();
        while (sizes.Count < HeapTrend.SizesMin || watch.Elapsed < budget)
        {
            group.Run(Interval);
            sizes.Add(GC.GetTotalMemory(forceFullCollection: true));
        }

        var trend = new HeapTrend(sizes);
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(sizes.Count + 1) * Interval.TotalHours:0.0} hours, {group.Answered:N0} commands and reads answered, {group.Restarts} restarts; heap {trend.First / 1024:N0} KiB in the first third, {trend.Last / 1024:N0} KiB in the last: {string.Join(' ', sizes.Select(size => size / 1024))}"));
        Assert.That(group.Answered, Is.GreaterThan(1000 * sizes.Count));
        Assert.That(trend.IsFlat, Is.True);
        GC.KeepAlive(group);
    }

    /// <summary>Nodes and clients on a network of their own.</summary>
    private sealed class Group : INetworkObserver, INodeObserver, ICallObserver
    {
        private readonly Agenda _agenda = new();
        private readonly List<SimulatedNode> _nodes = [];

        public Group()
        {
            var settings = new World(1, new SimulationOptions { Nodes = Nodes }).Settings;
            var network = new SimulatedNetwork(_agenda, RandomChoices.For(1, "network"), this) { IsContact = static _ => true };
            for (var i = 1U; i <= Nodes; i++)
            {
                _nodes.Add(new SimulatedNode(new NodeId(i), settings, _agenda, network, this, RandomChoices.For(1, $"node {i}")));
            }

            _nodes.ForEach(node => node.Start());
            var pool = new ClientPool(_agenda, _nodes, this);
            for (var i = 0; i < Clients; i++)
            {
                var clientSettings = new ClientSettings { ThinkTime = TimeSpan.FromSeconds(1), KeepsSession = i % 2 == 1 };
                new SimulatedClient(pool, i, _agenda, RandomChoices.For(1, $"client {i}"), new FewKeys(), clientSettings).Start();
            }

            RestartLater();
        }

        public int Answered { get; private set; }

        public int Restarts { get; private set; }

        public void Run(TimeSpan duration) => _agenda.RunUntil(_agenda.Now + duration, static () => false);

        public void OnCompleted(ClientCall call) => Answered += call.IsAnswered ? 1 : 0;

        public void OnInvoked(ClientCall call)
        {
        }

        public void OnSent(NodeId from, NodeId to, ReadOnlySpan<byte> frame)
        {
        }

        public void OnDelivered(NodeId from, NodeId to, ReadOnlySpan<byte> frame)
        {
        }

        public void OnRefused(NodeId from, NodeId to)
        {
        }

        public void OnStarted(SimulatedNode node, RecoveredState recovered)
        {
        }

        public void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
        {
        }

        public void OnStaged(SimulatedNode node, in LogRecord record)
        {
        }

        public void OnDurable(SimulatedNode node, Lsn lsn)
        {
        }

        public void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
        {
        }

        public void OnRestored(SimulatedNode node, SnapshotDescriptor snapshot, Digest state)
        {
        }

        public void OnSaved(SimulatedNode node, SnapshotDescriptor snapshot)
        {
        }

        public void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
        {
        }

        public void OnReadRequested(SimulatedNode node, Ticket ticket)
        {
        }

        public void OnEnded(SimulatedNode node, Exception? failure)
        {
        }

        public void OnRefused(SimulatedNode node, ConsensusException why)
        {
        }

        private void RestartLater() => _agenda.PlanIn(RestartInterval, () =>
        {
            var node = _nodes[Restarts++ % Nodes];
            node.Crash(DiskLoss.Nothing);
            _agenda.PlanIn(Downtime, node.StartIfDown);
            RestartLater();
        });
    }

    /// <summary>Reads and writes of always the same keys.</summary>
    private sealed class FewKeys : IWorkload
    {
        private const int Keys = 50;
        private long _values;

        public Operation Next(DeterministicRandom random, int client)
        {
            var key = $"k{random.NextBelow(Keys)}";
            return random.Chance(0.3) ? RegisterOperation.Read(key) : RegisterOperation.Write(key, ++_values);
        }
    }
}
