using Consensus.Engine.Tests.Lanes;

namespace Consensus.Engine.Tests.Metrics;

/// <summary>Counting, in virtual time: the test says when what ends.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReplicaMetricsTests
{
    private static readonly ProposeResult Applied = new(ProposeStatus.Applied, new LogIndex(1), default, RefusalReason.None);
    private static readonly ProposeResult Rejected = Applied with { Status = ProposeStatus.Rejected };

    private readonly VirtualLanes _time = new();
    private readonly EventCounts _events = new();
    private readonly ReplicaMetrics _metrics;

    public ReplicaMetricsTests() => _metrics = new ReplicaMetrics(new NodeId(3), _time);

    [Test]
    public void Each_proposal_is_counted_by_its_end()
    {
        End(Applied);
        End(Applied, isAbandoned: true);
        End(Rejected);
        End(ProposeResult.Refused(RefusalReason.NoLeader));
        End(ProposeResult.Refused(RefusalReason.NoLeader));
        End(ProposeResult.Refused(RefusalReason.TimedOut), isAbandoned: true);
        End(ProposeResult.Unknown(RefusalReason.TimedOut));
        End(ProposeResult.Unknown(RefusalReason.TimedOut), isAbandoned: true);
        _metrics.OnTurnedAway(RefusalReason.Overloaded);
        _metrics.OnSubmitted();

        var metrics = _metrics.Look(1, _events, 0);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.Node, Is.EqualTo(new NodeId(3)));
            Assert.That(metrics.ProposalsSubmitted, Is.EqualTo(10));
            Assert.That(metrics.ProposalsCommitted, Is.EqualTo(3));
            Assert.That(metrics.ProposalsRejected, Is.EqualTo(1));
            Assert.That(metrics.ProposalsRefused, Is.EqualTo(3));
            Assert.That(metrics.Refusals, Is.EquivalentTo(new Dictionary<RefusalReason, long> { [RefusalReason.NoLeader] = 2, [RefusalReason.Overloaded] = 1 }));
            Assert.That(metrics.ProposalsUnknown, Is.EqualTo(1));
            Assert.That(metrics.ProposalsAbandoned, Is.EqualTo(2));
            Assert.That(metrics.ProposalsWaiting, Is.EqualTo(1));
        }
    }

    [Test]
    public void Latencies_are_those_of_the_last_minute()
    {
        for (var i = 1; i <= 100; i++)
        {
            End(Applied, TimeSpan.FromMilliseconds(i));
        }

        var early = _metrics.Look(0, _events, 0);
        _time.Run(TimeSpan.FromSeconds(70));
        End(Applied, TimeSpan.FromMilliseconds(7));
        var late = _metrics.Look(0, _events, 0);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(early.LatencyMean, Is.EqualTo(TimeSpan.FromMilliseconds(50.5)));
            Assert.That(early.LatencyP50.TotalMilliseconds, Is.InRange(50, 50 * 33 / 32.0));
            Assert.That(early.LatencyP99.TotalMilliseconds, Is.InRange(99, 99 * 33 / 32.0));
            Assert.That(late.LatencyMean, Is.EqualTo(TimeSpan.FromMilliseconds(7)));
            Assert.That(late.LatencyP99, Is.EqualTo(TimeSpan.FromMilliseconds(7)));
            Assert.That(late.ProposalsCommitted, Is.EqualTo(101), "counts are never forgotten");
        }
    }

    [Test]
    public void Throughput_is_what_was_applied_in_the_window_by_its_length()
    {
        _metrics.OnApplied(100);
        _time.Run(TimeSpan.FromSeconds(4));
        _metrics.OnApplied(20);
        var early = _metrics.Look(0, _events, 0);
        _time.Run(TimeSpan.FromSeconds(61));
        _metrics.OnApplied(11);
        var late = _metrics.Look(0, _events, 0);
        _time.Run(TimeSpan.FromHours(1));
        var idle = _metrics.Look(0, _events, 0);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(early.Window, Is.EqualTo(TimeSpan.FromSeconds(4)));
            Assert.That(early.Throughput, Is.EqualTo(30));
            Assert.That(late.Window, Is.EqualTo(TimeSpan.FromSeconds(55)), "five whole slots, and half of the sixth");
            Assert.That(late.Throughput, Is.EqualTo(11 / 55.0));
            Assert.That(idle.Throughput, Is.Zero);
            Assert.That(idle.Uptime, Is.EqualTo(TimeSpan.FromSeconds(65) + TimeSpan.FromHours(1)));
        }
    }

    [Test]
    public void Nothing_happened_is_all_zero()
    {
        var metrics = _metrics.Look(0, _events, 0);

        Assert.That(metrics, Is.EqualTo(new ConsensusMetrics { Node = new NodeId(3), Refusals = metrics.Refusals }));
        Assert.That(metrics.Refusals, Is.Empty);
    }

    [Test]
    public void What_happens_to_the_group_is_counted_from_the_events()
    {
        foreach (var happening in new ConsensusEvent[]
        {
            new LeaderChanged(new NodeId(1), 1), new LeaderChanged(NodeId.None, 1), new LeaderChanged(new NodeId(1), 1), new LeaderChanged(new NodeId(2), 3),
            new RoleChanged(ReplicaRole.PreCandidate, 3), new RoleChanged(ReplicaRole.Candidate, 4), new RoleChanged(ReplicaRole.Leader, 4),
            new SnapshotTaken(new LogIndex(5), 10), new SnapshotTaken(new LogIndex(9), 10), new SnapshotInstalled(new LogIndex(20), new NodeId(2)),
            new StateDiverged(new LogIndex(4), new NodeId(2), default, default), new EquivocationDetected(new NodeId(3), "block 7", default), new WritesResumed(),
            new PeerFlooding(new NodeId(3), 1), new PeerFlooding(new NodeId(3), 40),
            new EpochBegun(new Epoch(1), default, "raft", new LogIndex(30)), new LeaderChanged(new NodeId(2), 1),
        })
        {
            _events.Count(happening);
        }

        var metrics = _metrics.Look(0, _events, 0);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.Elections, Is.EqualTo(3), "a leader that was lost from sight and found again was elected once, and one of the next epoch anew");
            Assert.That(metrics.EpochsBegun, Is.EqualTo(1));
            Assert.That(metrics.Candidacies, Is.EqualTo(1));
            Assert.That(metrics.ByzantineFailures, Is.EqualTo(1));
            Assert.That(metrics.SnapshotsTaken, Is.EqualTo(2));
            Assert.That(metrics.SnapshotsInstalled, Is.EqualTo(1));
            Assert.That(metrics.StateDivergences, Is.EqualTo(1));
            Assert.That(metrics.MessagesDropped, Is.EqualTo(41));
        }
    }

    [Test]
    public void Counting_allocates_nothing()
    {
        Count();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Count();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Count()
        {
            _metrics.OnEnding(Applied, isAbandoned: false, _metrics.OnSubmitted());
            _metrics.OnEnding(ProposeResult.Refused(RefusalReason.NoLeader), isAbandoned: false, _metrics.OnSubmitted());
            _metrics.OnApplied(1);
        }
    }

    private void End(ProposeResult result, TimeSpan after = default, bool isAbandoned = false)
    {
        var submittedAt = _metrics.OnSubmitted();
        _time.Run(after);
        _metrics.OnEnding(result, isAbandoned, submittedAt);
    }

    private void End(ProposeResult result, bool isAbandoned) => End(result, default, isAbandoned);
}
