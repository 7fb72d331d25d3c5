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

    private readonly CheckerBed _bed = new(_ => new SuspicionIsSound(member => member == new NodeId(4)), Signed.Count);

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

    private static SignedThreatReport Report(uint reporter, uint accused, ThreatLevel level = ThreatLevel.High) =>
        new(new ThreatReport(new NodeId(reporter), new NodeId(accused), level, 1), default);

    private static EquivocationEvidence Evidence(uint signer)
    {
        var statement = new Statement(First.Domain, StatementKind.EndReport, default, new SequenceNumber(1), CheckerBed.Hash(1));
        var (one, other) = (new SignedStatement(statement, new NodeId(signer), default), new SignedStatement(statement with { Hash = CheckerBed.Hash(2) }, new NodeId(signer), default));
        return EquivocationEvidence.TryCreate(one, other, out var evidence, out var defect) ? evidence : throw new AssertionException(defect.Detail);
    }

    private void Say(Action<EffectBuffer> doings) => _bed.Turn(1, ReplicaRole.Follower, 1, doings: doings);
}
