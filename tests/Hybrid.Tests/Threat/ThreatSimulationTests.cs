using Consensus.Hybrid.Messages;
using Consensus.Simulation;
using Consensus.Simulation.Adversaries.Hybrid;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Hybrid.Tests.Threat;

/// <summary>Groups that run Raft among members who lie, with the simulator's checkers looking on.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ThreatSimulationTests
{
    // Pitfall S7: what one member says, or f of them, ends nothing, and nobody suspects whom they accuse.
    [TestCase(4, 1, 4)]
    [TestCase(7, 2, 2)]
    public void However_liars_slander_the_others_the_group_stays(int nodes, int liars, int seeds)
    {
        for (var seed = 1UL; seed <= (ulong)seeds; seed++)
        {
            var run = Run(seed, nodes, liars, HybridAdversaries.Slandering);

            var levels = run.World.HonestNodes.Where(node => node.IsUp).Select(node => node.Core!.Status.Threat).ToArray();
            Assert.That(run.World.LastEpoch, Is.EqualTo(Epoch.Zero), $"seed {seed}");
            Assert.That(levels, Is.Not.Empty.And.All.EqualTo(ThreatLevel.None), $"seed {seed}");
        }
    }

    [TestCase(4, 1, 4)]
    [TestCase(7, 2, 2)]
    public void Who_sends_what_nobody_has_signed_is_reported_and_the_group_goes_to_pbft(int nodes, int liars, int seeds)
    {
        for (var seed = 1UL; seed <= (ulong)seeds; seed++)
        {
            AssertMoves<EndCause.ByReports>(seed, nodes, liars, HybridAdversaries.SigningBadly);
        }
    }

    [TestCase(4, 1, 4)]
    [TestCase(7, 2, 2)]
    public void Who_signs_two_histories_is_convicted_and_the_group_goes_to_pbft(int nodes, int liars, int seeds)
    {
        for (var seed = 1UL; seed <= (ulong)seeds; seed++)
        {
            AssertMoves<EndCause.ByEvidence>(seed, nodes, liars, HybridAdversaries.SayingTwoThings);
        }
    }

    // It must lead for that, or be asked for entries by one that comes late to the end of an epoch.
    [TestCase(4, 1, 10, "in which it leads", "lead elsewhere")]
    [TestCase(7, 2, 3, "in which it leads")]
    public void Who_alters_what_it_passes_on_is_found_named_and_reported(int nodes, int liars, int seeds, params string[] kinds)
    {
        var causes = new Causes();
        for (var seed = 1UL; seed <= (ulong)seeds; seed++)
        {
            Run(seed, nodes, liars, HybridAdversaries.AlteringEntries, FaultSet.Of(FaultKind.Transfer, FaultKind.Partition, FaultKind.Restart, FaultKind.Switch), causes);
        }

        using (Assert.EnterMultipleScope())
        {
            foreach (var kind in kinds)
            {
                Assert.That(causes.Tampering, Has.Some.Contains(kind));
            }

            Assert.That(causes.Shown.OfType<EndCause.ByReports>(), Is.Not.Empty, "so many have seen it that epochs of Raft end");
        }
    }

    // Nobody knows whose clock is wrong: it is told, and nothing follows.
    [Test]
    public void Leaders_whose_times_are_far_ahead_are_told_of_and_the_group_stays()
    {
        var causes = new Causes();
        for (var seed = 1UL; seed <= 6; seed++)
        {
            var run = Run(seed, 4, 0, HybridAdversaries.AlteringEntries, FaultSet.Of(FaultKind.Skew, FaultKind.Jump, FaultKind.Transfer), causes);
            Assert.That(run.World.LastEpoch, Is.EqualTo(Epoch.Zero), $"seed {seed}");
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(causes.Untimely, Is.Positive);
            Assert.That(causes.Levels, Is.Not.Empty.And.All.LessThanOrEqualTo(ThreatLevel.Low));
        }
    }

    [TestCase(4, 35, 2)]
    [TestCase(4, 40, 40, Category = "Soak", Explicit = true, Reason = "Takes minutes.")]
    public void Among_crashes_nothing_is_lost_either(int nodes, int firstSeed, int seeds)
    {
        var switches = Runs(nodes, firstSeed, seeds, FaultKind.Slander, FaultKind.BadSignatures, FaultKind.DoubleStatements, FaultKind.AlteredEntries, FaultKind.Crash, FaultKind.Partition, FaultKind.Restart, FaultKind.Drop)
            .Sum(run => (int)run.World.LastEpoch.Value);

        Assert.That(switches, Is.Positive);
    }

    private static SimulationRun Run(ulong seed, int nodes, int liars, Func<IAdversary> adversary, params Checker[] checkers) => Run(seed, nodes, liars, adversary, FaultSet.None, checkers);

    private static SimulationRun Run(ulong seed, int nodes, int liars, Func<IAdversary> adversary, FaultSet faults, params Checker[] checkers)
    {
        var run = new SimulationRun(seed, new SimulationOptions
        {
            Nodes = nodes,
            Protocol = SimulatedProtocol.Hybrid,
            Faults = faults,
            Adversary = adversary,
            CorruptReplicas = liars,
            Duration = TimeSpan.FromSeconds(20),
        });
        Array.ForEach(checkers, run.World.Add);
        run.Run();
        Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
        Assert.That(run.World.Nodes.Count - run.World.HonestNodes.Count, Is.EqualTo(liars), $"seed {seed}");
        return run;
    }

    /// <summary>Wants the group in its next epoch by a cause of a kind, once; and that callers are answered there, too.</summary>
    private static void AssertMoves<TCause>(ulong seed, int nodes, int liars, Func<IAdversary> adversary)
        where TCause : EndCause
    {
        var causes = new Causes();
        var run = Run(seed, nodes, liars, adversary, causes);

        var epochs = run.World.HonestNodes.Select(node => ((HybridCore)node.Core!).Running.Descriptor).Select(epoch => (epoch.Number.Value, epoch.Protocol, epoch.IsOrdered));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(causes.Shown, Is.Not.Empty.And.All.TypeOf<TCause>(), $"seed {seed}");
            Assert.That(epochs, Is.All.EqualTo((1UL, EpochProtocol.Pbft, false)), $"seed {seed}: once, and nobody moves on");
            Assert.That(causes.AppliedBehind, Is.GreaterThan(20), $"seed {seed}: callers are answered in the next epoch");
        }
    }

    private static IEnumerable<SimulationRun> Runs(int nodes, int firstSeed, int seeds, params FaultKind[] kinds)
    {
        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            var run = new SimulationRun((ulong)seed, new SimulationOptions { Nodes = nodes, Protocol = SimulatedProtocol.Hybrid, Faults = FaultSet.Of(kinds), Duration = TimeSpan.FromSeconds(20) });
            run.Run();
            Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
            yield return run;
        }
    }

    /// <summary>By what honest members end epochs, and how many commands they apply behind the first.</summary>
    private sealed class Causes : Checker
    {
        private readonly HashSet<NodeId> _moved = [];

        public override string Name => "causes";

        public List<EndCause> Shown { get; } = [];

        public List<string> Tampering { get; } = [];

        public List<ThreatLevel> Levels { get; } = [];

        public int Untimely { get; private set; }

        public int AppliedBehind { get; private set; }

        public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
        {
            Shown.AddRange(effects.Messages.Select(sent => sent.Message).OfType<EndNotice>().Select(notice => notice.Cause).OfType<EndCause>());
            Untimely += effects.Events.OfType<TimestampOutOfRange>().Count();
            Levels.AddRange(effects.Events.OfType<ThreatLevelChanged>().Select(changed => changed.Level));
            Tampering.AddRange(effects.Events.OfType<TamperingDetected>().Select(told => told.About));
            if (status.Epoch > Epoch.Zero)
            {
                _moved.Add(node.Id);
            }
        }

        public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state) =>
            AppliedBehind += _moved.Contains(node.Id) && entry.Kind == EntryKind.Command ? 1 : 0;
    }
}
