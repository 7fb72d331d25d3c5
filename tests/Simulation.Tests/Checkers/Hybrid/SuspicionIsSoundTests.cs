using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;
using Consensus.Simulation.Checkers.Hybrid;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Hybrid;

/// <summary>Node 4 lies; 1 to 3 are honest.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SuspicionIsSoundTests
{
    private static readonly EpochDescriptor First = EpochDescriptor.First(default, EpochProtocol.Raft, Signed.Members, []);

    private readonly SuspicionBook _seen = new(new ThreatOptions());
    private readonly CheckerBed _bed;

    public SuspicionIsSoundTests()
    {
        _seen.Keep([new NodeId(2), new NodeId(3), new NodeId(4)]);
        _bed = new CheckerBed(_ => new SuspicionIsSound(member => member == new NodeId(4), _ => _seen), Signed.Count);
    }

    [Test]
    public void What_is_said_of_a_liar_is_right()
    {
        Say(effects =>
        {
            effects.Raise(new ThreatLevelChanged(ThreatLevel.High, new NodeId(4), IsAgreed: false));
            effects.Raise(new ThreatLevelChanged(ThreatLevel.None, NodeId.None, IsAgreed: true));
            effects.Raise(new EpochDiverged(new Epoch(2), new NodeId(4), default, CheckerBed.Hash(1)));
            effects.Send(new NodeId(2), new ThreatNotice(First.Tag, Report(1, 4)));
            effects.Send(new NodeId(2), new EndNotice(default, First.Tag, new EndCause.ByReports([Report(1, 4), Report(2, 4)])));
            effects.Send(new NodeId(2), new EndNotice(default, First.Tag, new EndCause.ByEvidence(Evidence(4))));
            effects.Send(new NodeId(2), new EndNotice(default, First.Tag, null));
        });
        _bed.AssertNone();
    }

    [Test]
    public void A_suspicion_of_nothing_is_one_of_nobody()
    {
        Say(effects => effects.Send(new NodeId(2), new ThreatNotice(First.Tag, Report(1, 3, ThreatLevel.None))));
        _bed.AssertNone();
    }

    [Test]
    public void An_order_of_an_operator_is_about_nobody()
    {
        Say(effects => effects.Send(new NodeId(2), new EndNotice(default, First.Tag, new EndCause.ByOrder(SealOrder.Give(First, new NextEpoch(EpochProtocol.Pbft), Signed.Signer(1))))));
        _bed.AssertNone();
    }

    [Test]
    public void A_level_about_an_honest_one_is_found([Values] bool isAgreed)
    {
        Say(effects => effects.Raise(new ThreatLevelChanged(ThreatLevel.Low, new NodeId(3), isAgreed)));
        _bed.AssertViolation("node 1 is on level Low about node 3, which is honest");
    }

    [Test]
    public void An_epoch_that_is_another_one_to_an_honest_one_is_found()
    {
        Say(effects => effects.Raise(new EpochDiverged(new Epoch(2), new NodeId(3), default, CheckerBed.Hash(1))));
        _bed.AssertViolation("node 1 takes epoch 2 for another one than node 3 does, which is honest");
    }

    [Test]
    public void A_report_about_an_honest_one_is_found()
    {
        Say(effects => effects.Send(new NodeId(2), new ThreatNotice(First.Tag, Report(1, 3, ThreatLevel.Low))));
        _bed.AssertViolation("node 1 reports Low about node 3, which is honest");
    }

    [Test]
    public void An_end_by_reports_about_an_honest_one_is_found()
    {
        Say(effects => effects.Send(new NodeId(2), new EndNotice(default, First.Tag, new EndCause.ByReports([Report(4, 3)]))));
        _bed.AssertViolation("node 1 ends an epoch by reports of nodes 4 about node 3, which is honest");
    }

    [Test]
    public void An_end_by_evidence_against_an_honest_one_is_found()
    {
        Say(effects => effects.Send(new NodeId(2), new EndNotice(default, First.Tag, new EndCause.ByEvidence(Evidence(3)))));
        _bed.AssertViolation("node 1 ends an epoch by evidence against node 3, which is honest");
    }

    [Test]
    public void Who_says_that_an_honest_one_alters_what_it_passes_on_is_found()
    {
        Say(effects => effects.Raise(new TamperingDetected(new NodeId(3), "entry 7")));
        _bed.AssertViolation("node 1 says that node 3 alters what it passes on (entry 7), which is honest");
    }

    [Test]
    public void Times_of_an_honest_one_that_are_found_wrong_while_all_clocks_are_right_are_found()
    {
        Say(effects => effects.Raise(new TimestampOutOfRange(new NodeId(3), default, default)));
        _bed.AssertViolation("node 1 finds the times of node 3 out of range, which is honest, and all clocks have been right");
    }

    [Test]
    public void Where_clocks_are_wrong_the_times_of_an_honest_one_may_be_too()
    {
        _bed.World.Nodes[1].Clock.Skew = TimeSpan.FromMinutes(1);
        _bed.Turn(2, ReplicaRole.Follower, 1);
        Say(effects => effects.Raise(new TimestampOutOfRange(new NodeId(3), default, default)));
        _bed.AssertNone();
    }

    [Test]
    public void Where_clocks_are_wrong_an_honest_one_may_be_low_because_of_its_times()
    {
        SayOfTimes(effects =>
        {
            effects.Raise(new ThreatLevelChanged(ThreatLevel.Low, new NodeId(3), IsAgreed: false));
            effects.Send(new NodeId(2), new ThreatNotice(First.Tag, Report(1, 3, ThreatLevel.Low)));
        });
        _bed.AssertNone();
    }

    [Test]
    public void On_no_higher_level_is_it_because_of_its_times()
    {
        SayOfTimes(effects => effects.Raise(new ThreatLevelChanged(ThreatLevel.Medium, new NodeId(3), IsAgreed: false)));
        _bed.AssertViolation("node 1 is on level Medium about node 3, which is honest");
    }

    [Test]
    public void If_something_else_was_seen_of_it_too_its_times_are_no_excuse()
    {
        _seen.Observe(new NodeId(3), SuspicionKind.SignatureFailure, Ticks.Zero);
        SayOfTimes(effects => effects.Raise(new ThreatLevelChanged(ThreatLevel.Low, new NodeId(3), IsAgreed: false)));
        _bed.AssertViolation("node 1 is on level Low about node 3, which is honest");
    }

    [Test]
    public void Another_one_s_times_are_no_excuse()
    {
        SayOfTimes(effects => effects.Raise(new ThreatLevelChanged(ThreatLevel.Low, new NodeId(2), IsAgreed: false)));
        _bed.AssertViolation("node 1 is on level Low about node 2, which is honest");
    }

    private static SignedThreatReport Report(uint reporter, uint accused, ThreatLevel level = ThreatLevel.High) =>
        new(new ThreatReport(new NodeId(reporter), new NodeId(accused), level, 1), default);

    private static EquivocationEvidence Evidence(uint signer)
    {
        var statement = new Statement(First.Domain, StatementKind.EndReport, default, new SequenceNumber(1), CheckerBed.Hash(1));
        var (one, other) = (new SignedStatement(statement, new NodeId(signer), default), new SignedStatement(statement with { Hash = CheckerBed.Hash(2) }, new NodeId(signer), default));
        return EquivocationEvidence.TryCreate(one, other, out var evidence, out var defect) ? evidence : throw new AssertionException(defect.Detail);
    }

    /// <summary>Node 1 finds the times of node 3 out of range, for clocks are wrong.</summary>
    private void SayOfTimes(Action<EffectBuffer> doings)
    {
        _bed.World.Nodes[0].Clock.Skew = TimeSpan.FromMinutes(1);
        _seen.Observe(new NodeId(3), SuspicionKind.TimingAnomaly, Ticks.Zero);
        Say(effects =>
        {
            effects.Raise(new TimestampOutOfRange(new NodeId(3), default, default));
            doings(effects);
        });
    }

    private void Say(Action<EffectBuffer> doings) => _bed.Turn(1, ReplicaRole.Follower, 1, doings: doings);
}
