namespace Consensus.Byzantine.Tests;

/// <summary>
/// Whole groups that give up their logs at once, and take snapshots so often that whoever was away for a moment is behind all logs: the simulator's checkers find whoever stands still, and whoever
/// installs what is not the group's.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class TransferSimulationTests
{
    private static readonly FaultSet Absences =
        FaultSet.Of(FaultKind.Crash, FaultKind.Restart, FaultKind.Pause, FaultKind.Partition, FaultKind.OneWayPartition, FaultKind.FullDisk, FaultKind.Amnesia);

    [TestCase("pbft", 0, 1, 4)]
    [TestCase("hotstuff", 4, 1, 4)]
    [TestCase("pbft", 0, 5, 12, Category = "Soak", Explicit = true, Reason = "Takes half a minute.")]
    [TestCase("pbft", 4, 1, 16, Category = "Soak", Explicit = true, Reason = "Takes half a minute.")]
    [TestCase("hotstuff", 0, 1, 16, Category = "Soak", Explicit = true, Reason = "Takes half a minute.")]
    [TestCase("hotstuff", 4, 5, 12, Category = "Soak", Explicit = true, Reason = "Takes half a minute.")]
    public void Whoever_falls_behind_all_logs_comes_back_and_nobody_stands_still(string engine, int trailingBlocks, int firstSeed, int seeds)
    {
        var installed = 0;
        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            var (count, report) = Run(engine, trailingBlocks, (ulong)seed, static simulator => simulator);
            report.ThrowIfViolated();
            installed += count;
        }

        Assert.That(installed, Is.GreaterThanOrEqualTo(seeds), "the transfer is what is tested");
    }

    [Test]
    public void A_member_that_lies_about_snapshots_is_asked_for_some_and_nobody_installs_what_it_sends([Values("pbft", "hotstuff")] string engine)
    {
        var (installed, asked) = (0, 0);
        for (var seed = 6UL; seed <= 8; seed++)
        {
            var lying = SimulatedProtocol.Pbft.Adversaries[FaultKind.LyingSnapshots];
            var (count, report) = Run(engine, 0, seed, simulator => simulator.WithAdversary(() => new Overheard(lying(), () => asked++)));
            report.ThrowIfViolated();
            installed += count;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(installed, Is.GreaterThan(3), "from the others");
            Assert.That(asked, Is.GreaterThan(0), "parts that it was asked for");
        }
    }

    private static (int Installed, SimulationReport Report) Run(string engine, int trailingBlocks, ulong seed, Func<Simulator, Simulator> change)
    {
        var transfers = new Transfers();
        var options = new SimulationOptions
        {
            Nodes = 4,
            Duration = TimeSpan.FromSeconds(20),
            Clients = 12,
            Client = new ClientSettings { ThinkTime = TimeSpan.FromMilliseconds(20) },
            Faults = Absences,
            Protocol = EngineUnderTest.Simulated(engine, trailingBlocks).WatchedBy(_ => transfers),
        };
        options = options with { Replica = options.Replica with { Snapshots = new SnapshotPolicy(30, 64 * 1024) } };
        var report = change(new Simulator(options)).Run(seed);
        return (transfers.Installed, report);
    }

    /// <summary>Counts snapshots that came from others.</summary>
    private sealed class Transfers : Checker
    {
        public override string Name => "transfers";

        public int Installed { get; private set; }

        public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects) => Installed += effects.Install is null ? 0 : 1;
    }

    /// <summary>Counts how often a Byzantine replica is asked for a part of a snapshot.</summary>
    private sealed class Overheard(IAdversary liar, Action onAsked) : IAdversary
    {
        public bool InventsCommands => liar.InventsCommands;

        public void OnSending(CorruptReplica replica, InterceptedMessage message) => liar.OnSending(replica, message);

        public void OnReceiving(CorruptReplica replica, InterceptedMessage message)
        {
            if (message.Message is SnapshotPartRequest)
            {
                onAsked();
            }

            liar.OnReceiving(replica, message);
        }
    }
}
