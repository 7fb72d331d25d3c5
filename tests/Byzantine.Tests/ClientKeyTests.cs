namespace Consensus.Byzantine.Tests;

/// <summary>
/// A Byzantine replica puts commands of its own under the numbers of clients' sessions. What callers are promised, which the simulator's checkers demand (each command once, replies that are those of the
/// command that was called for, linearizable histories), holds where sessions have keys, and does not where they have none.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class ClientKeyTests
{
    private static readonly FaultSet Absences = FaultSet.Of(FaultKind.Restart, FaultKind.Pause, FaultKind.Partition);

    [Test]
    public void With_keys_nobody_uses_another_clients_session([Values("pbft", "hotstuff")] string engine, [Values(1)] int firstSeed)
    {
        var (usurped, refused, served) = (0, 0, 0);
        for (var seed = firstSeed; seed < firstSeed + 3; seed++)
        {
            var (liar, outcomes, report) = Run(engine, (ulong)seed, hasKey: true);
            report.ThrowIfViolated();
            usurped += liar.Usurped;
            refused += outcomes.NotSigned;
            served += outcomes.Signed;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(usurped, Is.GreaterThan(20), "the attack is what is tested");
            Assert.That(refused, Is.GreaterThan(20), "and its commands have been ordered");
            Assert.That(served, Is.GreaterThan(200), "while clients were served");
        }
    }

    [Test]
    public void Without_keys_it_does_and_that_is_found([Values("pbft", "hotstuff")] string engine)
    {
        var found = Enumerable.Range(1, 2).SelectMany(seed => Run(engine, (ulong)seed, hasKey: false).Report.Violations).Select(violation => violation.Checker);

        Assert.That(found, Does.Contain("reply coherence"));
    }

    private static (UsurpingAdversary Liar, Outcomes Outcomes, SimulationReport Report) Run(string engine, ulong seed, bool hasKey)
    {
        var (liar, outcomes) = (new UsurpingAdversary(hasKey ? CommandKind.SignedCommand : CommandKind.Command), new Outcomes());
        var options = new SimulationOptions
        {
            Nodes = 4,
            Duration = TimeSpan.FromSeconds(10),
            Clients = 12,
            Client = new ClientSettings { ThinkTime = TimeSpan.FromMilliseconds(20), KeepsSession = true, HasKey = hasKey },
            Faults = Absences,
            Protocol = EngineUnderTest.SimulatedForSigned(engine, trailingBlocks: 4).WatchedBy(_ => outcomes),
        };
        options = options with { Replica = options.Replica with { Snapshots = new SnapshotPolicy(30, 64 * 1024) } };
        var report = new Simulator(options).WithAdversary(() => liar).Run(seed);
        return (liar, outcomes, report);
    }

    /// <summary>Counts what became of commands, each replica's for itself.</summary>
    private sealed class Outcomes : Checker
    {
        public override string Name => "outcomes";

        public int NotSigned { get; private set; }

        public int Signed { get; private set; }

        public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
        {
            if (applied.Outcome == CommandOutcome.NotSignedByClient)
            {
                NotSigned++;
            }
            else if (CommandEnvelope.TryRead(entry.Payload.Span, out var envelope) && envelope.Kind == CommandKind.SignedCommand)
            {
                Signed++;
            }
        }
    }
}
