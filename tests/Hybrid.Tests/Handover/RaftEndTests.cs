using Consensus.Byzantine.Tests;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Handover;

/// <summary>How node 10, with six entries in its log of which the first is applied, ends an epoch of Raft.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RaftEndTests
{
    private static readonly NodeId[] Others = [new NodeId(20), new NodeId(30), new NodeId(40)];
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly Lsn Durable = new(1000);

    private readonly Group _group = new();
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly LogEntry[] _log = Group.Log(6);
    private readonly RunningEpoch _epoch;
    private readonly FloorDesk _floors;
    private readonly RaftEnd _end;
    private Ticks _now = new(1000);

    public RaftEndTests()
    {
        var known = _group.Know(_group.First);
        var core = known.Engine.CreateCore(new CoreContext { Self = new NodeId(10), Epoch = Epoch.Zero, Recovered = EmptyDisk.Found with { Entries = _log, Applied = _log[0].Index }, Seed = 1, Now = _now });
        _epoch = new RunningEpoch(known, core, new EpochScope(known, _group.Keys, Group.At(_log[0]), default));
        _floors = new FloorDesk(_epoch, _group.Identity(10), Others);
        _end = new RaftEnd(_epoch, _group.Engine(), _floors, Others, EmptyDisk.Found, 1);
    }

    [Test]
    public void As_long_as_nobody_ends_it_nothing_happens()
    {
        Advance();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_end.HasEnded, Is.False);
            Assert.That(_epoch.IsFrozen, Is.False);
            Assert.That(_end.Deadline, Is.EqualTo(Ticks.Never));
            Assert.That(_effects.Records, Is.Empty);
            Assert.That(_effects.Messages, Is.Empty);
        }
    }

    [Test]
    public void One_that_has_ended_it_without_an_order_is_not_believed_and_two_are()
    {
        _end.OnEnded(Others[0], null);
        _end.OnEnded(Others[0], null);
        Advance();
        Assert.That(_end.HasEnded, Is.False);
        _end.OnEnded(Others[2], null);
        Advance();

        AssertEnded(null, "nodes 20, 40 have");
    }

    // Whoever takes part in the agreement has ended the epoch.
    [Test]
    public void Messages_of_the_agreement_say_so_too()
    {
        _end.OnMessage(_now, Received(20));
        Advance();
        Assert.That(_end.HasEnded, Is.False);
        _end.OnMessage(_now, Received(30));
        Advance();

        AssertEnded(null, "nodes 20, 30 have");
    }

    [Test]
    public void An_order_that_another_shows_is_enough()
    {
        var order = SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.HotStuff), _group.Operator);
        _end.OnEnded(Others[1], new EndCause.ByOrder(order));
        Advance();

        AssertEnded(new EndCause.ByOrder(order));
    }

    [Test]
    public void A_member_that_is_proven_to_lie_is_enough()
    {
        var cause = new EndCause.ByEvidence(_group.Evidence(40));
        _end.OnCause(cause);
        Advance();

        AssertEnded(cause);
    }

    [Test]
    public void An_order_that_it_has_applied_itself_is_enough()
    {
        var order = SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.HotStuff), _group.Operator);
        var bytes = order.ToBytes();
        var payload = new byte[CommandEnvelope.HeaderSize + bytes.Length];
        CommandEnvelope.WriteHeader(payload, CommandKind.Seal, new RequestId(new ClientId(1), 1), 0);
        bytes.CopyTo(payload, CommandEnvelope.HeaderSize);
        Assert.That(_epoch.Scope.Passes(Group.Entry(2, payload, after: _log[0].Chain)), Is.True);
        Advance();

        AssertEnded(new EndCause.ByOrder(order));
    }

    [Test]
    public void It_says_so_to_all_when_it_is_on_disk_and_again_and_again()
    {
        End();
        Assert.That(Notices, Is.Empty);
        _end.Advance(_now, _effects.LastLsn, true, _effects);
        Assert.That(Notices.Select(sent => sent.To), Is.EqualTo(Others));
        Assert.That(Notices.Select(sent => sent.Notice.Epoch), Is.All.EqualTo(_group.First.Tag));
        Advance();
        Assert.That(Notices.Count(), Is.EqualTo(3));

        _now += Interval;
        Advance();
        Assert.That(Notices.Count(), Is.EqualTo(6));
        Assert.That(Notices.Select(sent => sent.Notice.AfterLsn), Is.All.GreaterThanOrEqualTo(_effects.Records[0].Lsn));
    }

    [Test]
    public void In_the_agreement_it_takes_part_when_its_report_is_on_disk()
    {
        End();
        Assert.That(_end.Slots, Is.Empty);
        Assert.That(_end.Digest, Is.Null);
        _end.Advance(_now, _effects.LastLsn, true, _effects);

        Assert.That(_end.Digest, Is.Not.Null);
        Assert.That(_end.Deadline, Is.LessThan(Ticks.Never));
    }

    [Test]
    public void It_reports_its_log_from_the_beginning_of_the_epoch_if_there_is_no_floor()
    {
        var report = End();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Floor, Is.Null);
            Assert.That(report.Entries.ToArray(), Is.EqualTo(_log.Select(entry => new ReportedEntry(entry.Term, entry.Chain))), "applied or not");
            Assert.That(report.DefectIn(_epoch.Known), Is.Null);
        }
    }

    [Test]
    public void It_reports_its_floor_and_what_lies_above()
    {
        _floors.Recover(new Reports(_group).Floor(Group.At(_log[2])), _now);
        var report = End();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Floor!.Position, Is.EqualTo(Group.At(_log[2])));
            Assert.That(report.Entries.ToArray(), Is.EqualTo(_log[3..].Select(entry => new ReportedEntry(entry.Term, entry.Chain))));
            Assert.That(_end.Floor, Is.EqualTo(Group.At(_log[2])), "the highest one that is known, as long as no other is");
        }
    }

    [Test]
    public void If_its_log_does_not_go_through_the_floor_it_reports_no_entries()
    {
        _floors.Recover(new Reports(_group).Floor(Group.Position(3)), _now);
        var report = End();

        Assert.That(report.Floor!.Position, Is.EqualTo(Group.Position(3)));
        Assert.That(report.Entries.Length, Is.Zero);
    }

    [Test]
    public void What_it_has_said_before_it_was_started_again_is_what_counts()
    {
        var order = SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.HotStuff), _group.Operator);
        var report = new Reports(_group).Of(10, [1]);
        _end.Recover(report, new EndCause.ByOrder(order), _now);
        Assert.That(_end.HasEnded, Is.True);
        Assert.That(_epoch.IsFrozen, Is.True);
        Advance();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_effects.Records.Where(record => record.Slot == EpochSlots.Report), Is.Empty, "it is there");
            Assert.That(Notices.Select(sent => sent.Notice.Cause), Is.All.EqualTo(new EndCause.ByOrder(order)).And.Exactly(3).Items);
        }
    }

    private IEnumerable<(NodeId To, EndNotice Notice)> Notices => _effects.Messages.Where(sent => sent.Message is EndNotice).Select(sent => (sent.To, (EndNotice)sent.Message));

    private void Advance() => _end.Advance(_now, Durable, true, _effects);

    /// <summary>Two others have ended the epoch; the report is not on disk yet.</summary>
    private EndReport End()
    {
        _end.OnEnded(Others[0], null);
        _end.OnEnded(Others[1], null);
        _end.Advance(_now, Lsn.Zero, true, _effects);
        return Saved().Report!;
    }

    private (EndReport? Report, EndCause? Cause) Saved() => EpochSlots.ReadReport(_effects.Records.Single(record => record.Slot == EpochSlots.Report).Value, _group.Members);

    private void AssertEnded(EndCause? cause, string? reason = null)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_end.HasEnded, Is.True);
            Assert.That(_epoch.IsFrozen, Is.True, "nothing is acknowledged any more");
            Assert.That(Saved().Report!.Member, Is.EqualTo(new NodeId(10)));
            Assert.That(Saved().Cause?.ToBytes(), Is.EqualTo(cause?.ToBytes()));
            Assert.That(
                _effects.Events.OfType<EpochEnded>().Select(told => (told.Reason, told.Cause)),
                Is.EqualTo(new[] { (reason ?? cause!.Reason, cause?.KindIn(_group.First) ?? EpochEndCause.Unknown) }));
        }
    }

    /// <summary>Something that a member says in the agreement.</summary>
    private MessageReceived Received(uint from)
    {
        var sent = new Agreement(_group);
        sent.Start(from, new Reports(_group).Of(from, [1]));
        sent.Start(10, new Reports(_group).Of(10, [1]));
        sent.Run(TimeSpan.FromSeconds(5));
        return sent.ReceivedBy(10)[0];
    }
}
