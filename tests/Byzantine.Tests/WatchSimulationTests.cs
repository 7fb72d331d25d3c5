using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;
using Consensus.Pbft.Messages;
using Consensus.Simulation.Time;

namespace Consensus.Byzantine.Tests;

/// <summary>Whole groups of both engines with a member that lies about the time, or asks without end: nothing is violated, and the others go on.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class WatchSimulationTests
{
    private static readonly string[] Engines = ["pbft", "hotstuff"];
    private static readonly Timestamp Year3000 = new(32_503_680_000_000);

    [TestCaseSource(nameof(Engines))]
    public void A_leader_of_the_year_3000_moves_the_logs_time_not_at_all(string engine)
    {
        var watch = new Watch();
        for (var seed = 1UL; seed <= 4; seed++)
        {
            Run(engine, seed, watch, () => Dating(Year3000)).ThrowIfViolated();
            Assert.That(watch.Lateness, Is.LessThan(TimeSpan.FromSeconds(1)), "and the log goes on");
        }

        Assert.That(watch.OutOfRange, Is.Positive, "it has led");
    }

    // Its own clock is a day late. Nothing else is wrong with it, or it would be replaced for that.
    [TestCase("pbft", 2)]
    [TestCase("hotstuff", 2)]
    [TestCase("pbft", 4, Category = "Soak", Explicit = true, Reason = "Takes many seconds.")]
    [TestCase("hotstuff", 4, Category = "Soak", Explicit = true, Reason = "Takes many seconds.")]
    public void A_leader_that_holds_the_time_back_is_replaced(string engine, int seeds)
    {
        var watch = new Watch { ErrorOfFirst = TimeSpan.FromDays(-1) };
        for (var seed = 1UL; seed <= (ulong)seeds; seed++)
        {
            Run(engine, seed, watch, adversary: null).ThrowIfViolated();
            Assert.That(watch.Lateness, Is.LessThan(TimeSpan.FromSeconds(20)));
        }

        if (engine == "pbft")
        {
            // A term of HotStuff's is over before that.
            Assert.That(watch.OutOfRange, Is.Positive, "it has led");
        }
    }

    [TestCaseSource(nameof(Engines))]
    public void A_member_that_asks_without_end_is_told_of_and_the_others_are_served(string engine)
    {
        var watch = new Watch();
        var report = Run(engine, 2, watch, Flooding);

        report.ThrowIfViolated();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(watch.Floods, Is.EqualTo(3), "each of the others tells of it once");
            Assert.That(report.Committed, Is.GreaterThan(100));
        }
    }

    // To the others it shows what the leader gets from everybody else as well; and none of it costs the others more than a look.
    [TestCaseSource(nameof(Engines))]
    public void Who_repeats_its_batches_without_end_has_them_passed_on_a_few_times_and_the_others_are_served(string engine)
    {
        var watch = new Watch();
        var repeated = 0;
        var report = Run(engine, 2, watch, () => new ScriptedAdversary().WhenSending<Submit>((replica, sent, submit) =>
        {
            for (var i = 0; i < 200; i++)
            {
                repeated++;
                foreach (var peer in replica.Peers)
                {
                    replica.Send(peer, submit);
                }
            }
        }));

        report.ThrowIfViolated();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(repeated, Is.GreaterThan(1000), "it has submitted something");
            Assert.That(watch.PassedOn, Is.LessThan(repeated / 20));
            Assert.That(report.Committed, Is.GreaterThan(100));
        }
    }

    /// <summary>As leader it gives each of its blocks the same time.</summary>
    private static ScriptedAdversary Dating(Timestamp time) => new ScriptedAdversary()
        .WhenSending<PrePrepare>((replica, sent, proposal) =>
        {
            var block = new Block(time, [.. proposal.Block.Batches]);
            replica.Send(sent.To, proposal with { Block = block, Signature = replica.Sign(StatementKind.PbftPrePrepare, proposal.View, proposal.Number, block.Digest) });
        })
        .WhenSending<NodeProposal>((replica, sent, proposal) =>
        {
            var block = new Block(time, [.. proposal.Block.Batches]);
            var node = new Node(proposal.Node.View, proposal.Node.Height, proposal.Node.Justify, proposal.Node.Record, block.Digest);
            replica.Send(sent.To, proposal with { Node = node, Block = block, Signature = replica.Sign(StatementKind.HotStuffProposal, node.View, SequenceNumber.Zero, node.Hash) });
        });

    /// <summary>Says for a while, six times as often as it would get an answer, that it lacks everything.</summary>
    private static ScriptedAdversary Flooding()
    {
        var floods = 0;
        return new ScriptedAdversary()
            .WhenSending<Pbft.Messages.Status>((replica, sent, status) => Repeat(replica, sent, status with { Committed = SequenceNumber.Zero, Stable = SequenceNumber.Zero }))
            .WhenSending<HotStuff.Messages.Status>((replica, sent, status) => Repeat(replica, sent, status with { Committed = SequenceNumber.Zero, Stable = SequenceNumber.Zero, High = ViewNumber.Zero }));

        void Repeat(CorruptReplica replica, InterceptedMessage sent, ProtocolMessage status)
        {
            var times = replica.Now > TimeSpan.FromSeconds(2) && floods++ < 6 ? 6000 : 1;
            for (var i = 0; i < times; i++)
            {
                replica.Send(sent.To, status);
            }
        }
    }

    private static SimulationReport Run(string engine, ulong seed, Watch watch, Func<IAdversary>? adversary)
    {
        var protocol = engine == "pbft" ? SimulatedProtocol.Pbft : SimulatedProtocol.HotStuff;
        var options = new SimulationOptions
        {
            Nodes = 4,
            Duration = TimeSpan.FromSeconds(10),
            Clients = 8,
            Client = new ClientSettings { ThinkTime = TimeSpan.FromMilliseconds(50) },
            Faults = FaultSet.None,
            Protocol = protocol.WatchedBy(world => watch.In(world)),
        };
        var simulator = new Simulator(options);
        return (adversary is null ? simulator : simulator.WithAdversary(adversary)).Run(seed);
    }

    /// <summary>Compares the time of each entry with what the clocks show when it is applied, and counts what is told.</summary>
    private sealed class Watch : Checker
    {
        private World? _world;
        private bool _isClockSet;

        public override string Name => "the log's time is sane";

        /// <summary>By how much the clock of the first leader is wrong.</summary>
        public TimeSpan ErrorOfFirst { get; init; }

        public int OutOfRange { get; private set; }

        public int Floods { get; private set; }

        /// <summary>How many batches replicas have sent that are not their own.</summary>
        public int PassedOn { get; private set; }

        /// <summary>How late the log's time was at the last command.</summary>
        public TimeSpan Lateness { get; private set; }

        public Watch In(World world)
        {
            _world = world;
            _isClockSet = false;
            return this;
        }

        public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
        {
            if (!_isClockSet)
            {
                _world!.Nodes[0].Clock.Skew += ErrorOfFirst;
                _isClockSet = true;
            }

            // Who has the wrong clock finds everybody else's wrong.
            OutOfRange += node.Clock.Skew == TimeSpan.Zero ? effects.Events.Count(told => told is TimestampOutOfRange) : 0;
            PassedOn += effects.Messages.Count(sent => sent.Message is Submit submit && submit.Batch.Origin != node.Id);
            Floods += effects.Events.Count(told => told is PeerFlooding);
        }

        public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
        {
            if (entry.Kind != EntryKind.Command)
            {
                return;
            }

            Lateness = SimulatedClock.Beginning + TimeSpan.FromTicks(_world!.Agenda.Now.Value) - DateTimeOffset.FromUnixTimeMilliseconds(entry.Time.UnixMilliseconds);
            if (Lateness < -TimeSpan.FromSeconds(10))
            {
                Report($"node {node.Id} applies entry {entry.Index} of {entry.Time}");
            }
        }
    }
}
