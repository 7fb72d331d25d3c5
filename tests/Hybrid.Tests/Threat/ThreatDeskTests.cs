using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid.Tests.Threat;

/// <summary>Requirements E1 and E2: what a replica tells of members that lie, and what follows.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ThreatDeskTests
{
    private static readonly NodeId Liar = new(40);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Epochs.Group _group = new();
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly ThreatDesk _desk;
    private KnownEpoch _epoch;
    private Ticks _now = new(1000);
    private Timestamp _clock = new(1_000_000);
    private ulong _version;

    public ThreatDeskTests()
    {
        _epoch = _group.Know(_group.First);
        _desk = new ThreatDesk(_group.Engine());
        _desk.BeginEpoch(_epoch, _now);
        Advance();
    }

    private IEnumerable<ThreatReport> Reported => _effects.Messages.Where(sent => sent.To == new NodeId(20)).Select(sent => sent.Message).OfType<ThreatNotice>().Select(notice => notice.Report.Content);

    private IEnumerable<ThreatLevelChanged> Levels => _effects.Events.OfType<ThreatLevelChanged>();

    [Test]
    public void Without_anything_seen_nothing_is_said_and_nothing_is_due()
    {
        Assert.That(_effects.Messages, Is.Empty);
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
        Assert.That(_desk.Level, Is.EqualTo(ThreatLevel.None));
    }

    [TestCase(1, ThreatLevel.Low)]
    [TestCase(2, ThreatLevel.Low)]
    [TestCase(3, ThreatLevel.Medium)]
    [TestCase(5, ThreatLevel.Medium)]
    [TestCase(6, ThreatLevel.High)]
    [TestCase(int.MaxValue, ThreatLevel.High)]
    public void What_cannot_be_accepted_counts_and_is_told_at_once(int count, ThreatLevel level)
    {
        _desk.OnRejected(new MessagesRejected(Liar, count), _now);
        Assert.That(_desk.Deadline, Is.EqualTo(_now));

        Advance();

        Assert.That(_desk.Level, Is.EqualTo(level));
        Assert.That(Levels, Is.EqualTo(new[] { new ThreatLevelChanged(level, Liar, false) }));
        Assert.That(Reported.Select(report => (report.Reporter.Value, report.Accused, report.Level)), Is.EqualTo(new[] { (10u, Liar, level) }));
        Assert.That(_effects.Messages.Select(sent => sent.To.Value), Is.EqualTo(new[] { 20u, 30u, 40u }), "everybody is told");
        Assert.That(_effects.Messages.Select(sent => ((ThreatNotice)sent.Message).Report.DefectIn(_epoch)), Is.All.Null, "and can check it");
        Assert.That(_desk.Cause, Is.Null, "one replica's word ends nothing (pitfall S7)");
    }

    [Test]
    public void Who_alters_what_it_passes_on_is_reported_as_critical_and_one_replica_s_word_ends_nothing()
    {
        _desk.OnEvent(new TamperingDetected(Liar, "block 7"), _now);
        Assert.That(_desk.Deadline, Is.EqualTo(_now));
        Advance();

        Assert.That(Levels, Is.EqualTo(new[] { new ThreatLevelChanged(ThreatLevel.Critical, Liar, false) }));
        Assert.That(Reported.Select(report => (report.Accused, report.Level)), Is.EqualTo(new[] { (Liar, ThreatLevel.Critical) }));
        Assert.That(_desk.Cause, Is.Null);

        Hear(20, ThreatLevel.Critical);
        Assert.That(Levels, Is.EqualTo(new[] { new ThreatLevelChanged(ThreatLevel.Critical, Liar, true) }), "f + 1 have seen it");
        Assert.That(((EndCause.ByReports)_desk.Cause!).Reports.Select(report => report.Content.Level), Is.All.EqualTo(ThreatLevel.Critical));
        Assert.That(_desk.Cause.DefectIn(_epoch), Is.Null);
    }

    // A replica cannot tell whose clock is wrong.
    [Test]
    public void Times_that_are_out_of_range_are_low_however_often_and_however_many_say_so()
    {
        for (var i = 0; i < 100; i++)
        {
            _desk.OnEvent(new TimestampOutOfRange(Liar, default, _clock), _now);
        }

        Advance();
        Assert.That(Levels, Is.EqualTo(new[] { new ThreatLevelChanged(ThreatLevel.Low, Liar, false) }));
        foreach (uint other in (uint[])[20, 30])
        {
            Hear(other, ThreatLevel.Low);
        }

        Assert.That((_desk.Level, _desk.Cause), Is.EqualTo((ThreatLevel.Low, default(EndCause))));
    }

    // Whoever has ended an epoch by them cannot go back, so others must follow: docs/hybrid.md.
    [Test]
    public void Reports_that_were_taken_back_since_still_convince_everybody()
    {
        Hear(20, ThreatLevel.High);
        Hear(30, ThreatLevel.High);
        var cause = _desk.Cause!;
        Hear(20, ThreatLevel.None);
        Hear(30, ThreatLevel.None);

        Assert.That(_desk.Cause, Is.Null, "here, as long as nobody shows it");
        Assert.That(cause.DefectIn(_epoch), Is.Null);
    }

    [Test]
    public void Other_events_are_on_nobody_s_account()
    {
        _desk.OnEvent(new StateDiverged(new LogIndex(4), Liar, default, default), _now);
        _desk.OnEvent(new PeerFlooding(Liar, 5), _now);
        Advance();

        Assert.That((_desk.Level, _desk.Deadline), Is.EqualTo((ThreatLevel.None, Ticks.Never)));
    }

    [Test]
    public void Who_is_no_member_is_not_suspected()
    {
        _desk.OnRejected(new MessagesRejected(new NodeId(50), 100), _now);
        _desk.OnRejected(new MessagesRejected(new NodeId(10), 100), _now);

        Advance();

        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
        Assert.That(_effects.Messages, Is.Empty);
    }

    [Test]
    public void As_long_as_it_counts_it_is_said_again_each_second_as_something_newer_and_taken_back_once()
    {
        _desk.OnRejected(new MessagesRejected(Liar, 3), _now);
        Advance();
        var last = Reported.Single().Version;
        for (var second = 0; second < 599; second++)
        {
            Assert.That(_desk.Deadline, Is.LessThanOrEqualTo(_now + Second));
            Pass(Second);
            Assert.That(Reported.Select(report => report.Level), Is.EqualTo(new[] { ThreatLevel.Medium }), $"after {second + 1} s");
            Assert.That(Reported.Single().Version, Is.GreaterThan(last));
            last = Reported.Single().Version;
        }

        Pass(Second);
        Assert.That(Reported.Select(report => report.Level), Is.Not.Empty.And.All.EqualTo(ThreatLevel.None));
        Assert.That(Levels, Is.EqualTo(new[] { new ThreatLevelChanged(ThreatLevel.None, NodeId.None, true) }));
        Pass(Second);
        Pass(Second);
        Assert.That(_effects.Messages, Is.Empty);
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void That_the_level_has_fallen_is_said_when_it_is_looked_at_and_not_only_at_the_next_second()
    {
        _desk.OnRejected(new MessagesRejected(Liar, 3), _now);
        Advance();
        var end = _now + new ThreatOptions().Window;
        _now = end + TimeSpan.FromMilliseconds(-100);
        Advance();
        _now = end + TimeSpan.FromMilliseconds(100);
        Hear(20, ThreatLevel.Low);

        Assert.That(Reported.Select(report => report.Level), Is.EqualTo(new[] { ThreatLevel.None }));
    }

    // Who was started again has forgotten how often it has reported.
    [Test]
    public void Reports_are_numbered_by_the_clock_and_grow_also_when_that_stands_still_or_goes_back()
    {
        var versions = new List<ulong>();
        foreach (var clock in new[] { 1_000_000L, 1_000_000L, 500L, 2_000_000L })
        {
            _clock = new Timestamp(clock);
            _desk.OnRejected(new MessagesRejected(Liar, 2), _now);
            Advance();
            versions.AddRange(Reported.Select(report => report.Version));
        }

        Assert.That(versions, Is.Ordered.And.Unique);
        Assert.That(versions[0], Is.EqualTo(1_000_000));
        Assert.That(_desk.Level, Is.EqualTo(ThreatLevel.High));
    }

    [Test]
    public void F_reports_end_nothing_and_one_more_does_with_what_convinces_anybody()
    {
        Hear(20, ThreatLevel.Critical);
        Assert.That(_desk.Cause, Is.Null);
        Assert.That(_desk.Level, Is.EqualTo(ThreatLevel.None));

        Hear(30, ThreatLevel.High);

        Assert.That(Levels, Is.EqualTo(new[] { new ThreatLevelChanged(ThreatLevel.High, Liar, true) }));
        var cause = (EndCause.ByReports)_desk.Cause!;
        Assert.That(cause.Reports.Select(report => report.Content.Reporter.Value), Is.EqualTo(new[] { 20u, 30u }));
        Assert.That(cause.DefectIn(_epoch), Is.Null);
    }

    [Test]
    public void Of_more_reports_than_are_needed_as_many_as_are_needed_are_shown()
    {
        Hear(20, ThreatLevel.High);
        Hear(30, ThreatLevel.High);
        _desk.OnRejected(new MessagesRejected(Liar, 6), _now);
        Advance();

        Assert.That(((EndCause.ByReports)_desk.Cause!).Reports, Has.Length.EqualTo(2));
        Assert.That(_desk.Cause.DefectIn(_epoch), Is.Null);
    }

    [Test]
    public void A_report_that_is_older_than_another_of_the_same_member_does_not_take_its_place()
    {
        Hear(20, ThreatLevel.High, version: 5);
        Hear(20, ThreatLevel.Medium, version: 4);
        Hear(30, ThreatLevel.High);

        Assert.That(_desk.Cause!.DefectIn(_epoch), Is.Null);
    }

    [Test]
    public void The_replica_s_own_report_is_one_of_them()
    {
        Hear(20, ThreatLevel.High);
        _desk.OnRejected(new MessagesRejected(Liar, 6), _now);
        Advance();

        Assert.That(((EndCause.ByReports)_desk.Cause!).Reports.Select(report => report.Content.Reporter.Value), Is.EqualTo(new[] { 10u, 20u }));
        Assert.That(_desk.Cause.DefectIn(_epoch), Is.Null);
    }

    [Test]
    public void That_others_see_it_too_is_told_also_where_the_level_stays_the_same()
    {
        _desk.OnRejected(new MessagesRejected(Liar, 6), _now);
        Advance();
        Assert.That(Levels, Is.EqualTo(new[] { new ThreatLevelChanged(ThreatLevel.High, Liar, false) }));

        Hear(20, ThreatLevel.High);
        Assert.That(Levels, Is.EqualTo(new[] { new ThreatLevelChanged(ThreatLevel.High, Liar, true) }));
    }

    [Test]
    public void Reports_below_high_end_nothing()
    {
        Hear(20, ThreatLevel.Medium);
        Hear(30, ThreatLevel.Critical);

        Assert.That(_desk.Level, Is.EqualTo(ThreatLevel.Medium));
        Assert.That(_desk.Cause, Is.Null);
    }

    [Test]
    public void Evidence_that_is_found_ends_the_epoch_and_is_told_at_once_and_each_second()
    {
        var evidence = _group.Evidence(Liar.Value);
        _desk.OnFound(evidence, _now);
        Assert.That(_desk.Deadline, Is.EqualTo(_now));
        Advance();

        Assert.That(((EndCause.ByEvidence)_desk.Cause!).Evidence, Is.SameAs(evidence));
        Assert.That(Told(), Is.EqualTo(new[] { evidence }));
        Pass(Second);
        Assert.That(Told(), Is.EqualTo(new[] { evidence }));
        Assert.That(_effects.Evidence, Is.Empty, "it is kept already");

        _desk.OnFound(_group.Evidence(Liar.Value, index: 10), _now);
        Advance();
        Assert.That(Told(), Is.Empty, "one of each member is enough");
        IEnumerable<EquivocationEvidence> Told() => _effects.Messages.Where(sent => sent.To == Liar).Select(sent => sent.Message).OfType<EvidenceNotice>().Select(notice => notice.Evidence);
    }

    [Test]
    public void Evidence_that_another_member_shows_is_kept_and_told_to_observers_once()
    {
        var evidence = _group.Evidence(Liar.Value);
        for (var i = 0; i < 2; i++)
        {
            _effects.Clear();
            _desk.OnMessage(new EvidenceNotice(_group.First.Tag, evidence), _now, _effects);
            Assert.That(_effects.Evidence, Has.Count.EqualTo(1 - i));
            Assert.That(_effects.Events.OfType<EquivocationDetected>().Select(told => (told.Culprit, told.Evidence)), Is.EqualTo(i == 0 ? new[] { (Liar, evidence.ComputeDigest()) } : []));
        }

        Advance();
        Assert.That(_desk.Level, Is.EqualTo(ThreatLevel.Critical));
        Assert.That(_desk.Cause, Is.TypeOf<EndCause.ByEvidence>());
    }

    [Test]
    public void In_an_epoch_that_survives_liars_they_end_nothing()
    {
        _epoch = _group.Know(Epochs.Group.Ending(_group.First).Next);
        _desk.BeginEpoch(_epoch, _now);

        _desk.OnFound(_group.Evidence(Liar.Value, _epoch.Descriptor), _now);
        Advance();

        Assert.That(_desk.Level, Is.EqualTo(ThreatLevel.Critical));
        Assert.That(_desk.Cause, Is.Null);
    }

    [Test]
    public void What_the_replica_has_seen_itself_goes_on_into_the_next_epoch_and_what_others_say_does_not()
    {
        Hear(20, ThreatLevel.Critical);
        Hear(30, ThreatLevel.Critical);
        _desk.OnRejected(new MessagesRejected(Liar, 3), _now);
        Advance();
        Assert.That(_desk.Level, Is.EqualTo(ThreatLevel.Critical));

        _epoch = _group.Know(Epochs.Group.Ending(_group.First).Next);
        _desk.BeginEpoch(_epoch, _now);
        Assert.That(_desk.Cause, Is.Null);
        Advance();

        Assert.That(Levels, Is.EqualTo(new[] { new ThreatLevelChanged(ThreatLevel.Medium, Liar, false) }));
        Assert.That(Reported.Select(report => report.Level), Is.Not.Empty.And.All.EqualTo(ThreatLevel.Medium));
        Assert.That(_effects.Messages.Select(sent => ((ThreatNotice)sent.Message).Report.DefectIn(_epoch)), Is.All.Null, "signed for that epoch");
    }

    [Test]
    public void Callers_see_of_each_suspected_member_who_has_seen_what()
    {
        Assert.That(_desk.Threats, Is.Empty);

        _desk.OnRejected(new MessagesRejected(Liar, 4), _now);
        Advance();
        Assert.That(_desk.Threats, Is.EqualTo(new[] { new MemberThreat(Liar, ThreatLevel.Medium, 4, ThreatLevel.None, 1, HasEvidence: false) }));

        Hear(40, ThreatLevel.Critical, accused: 10);
        Hear(20, ThreatLevel.High);
        Hear(30, ThreatLevel.Low);
        _desk.OnMessage(new EvidenceNotice(_group.First.Tag, _group.Evidence(30)), _now, _effects);
        Advance();

        Assert.That(_desk.Threats, Is.EqualTo(new[]
        {
            new MemberThreat(new NodeId(10), ThreatLevel.None, 0, ThreatLevel.None, 1, HasEvidence: false),
            new MemberThreat(new NodeId(30), ThreatLevel.None, 0, ThreatLevel.Critical, 0, HasEvidence: true),
            new MemberThreat(Liar, ThreatLevel.Medium, 4, ThreatLevel.Medium, 3, HasEvidence: false),
        }));
    }

    [Test]
    public void However_many_messages_are_not_acceptable_what_callers_see_stays_as_it_is_once_the_level_is_high()
    {
        _desk.OnRejected(new MessagesRejected(Liar, 6), _now);
        Advance();
        var threats = _desk.Threats;
        Assert.That(threats.Single().SignatureFailures, Is.EqualTo(6));

        _desk.OnRejected(new MessagesRejected(Liar, 6), _now);
        Advance();

        Assert.That(_desk.Threats, Is.SameAs(threats));
    }

    // One liar's reports raise no level, so nothing else would look at them again.
    [Test]
    public void What_too_few_report_is_gone_from_what_callers_see_when_it_does_not_count_any_more()
    {
        Hear(20, ThreatLevel.High);
        Assert.That((_desk.Level, _desk.Threats.Single().Reporters), Is.EqualTo((ThreatLevel.None, 1)));

        for (var second = 0; second < 600; second++)
        {
            Assert.That(_desk.Deadline, Is.LessThanOrEqualTo(_now + Second));
            Pass(Second);
        }

        Assert.That(_desk.Threats, Is.Empty);
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void That_there_is_evidence_is_seen_for_as_long_as_the_replica_runs_also_in_later_epochs()
    {
        _desk.OnFound(_group.Evidence(Liar.Value), _now);
        Advance();
        for (var second = 0; second < 600; second++)
        {
            Pass(Second);
        }

        Assert.That(_desk.Threats, Is.EqualTo(new[] { new MemberThreat(Liar, ThreatLevel.None, 0, ThreatLevel.None, 0, HasEvidence: true) }));
        Assert.That(_desk.Deadline, Is.EqualTo(Ticks.Never), "nothing about it ages");

        _epoch = _group.Know(Epochs.Group.Ending(_group.First).Next);
        _desk.BeginEpoch(_epoch, _now);
        Advance();
        Assert.That(_desk.Threats.Single().HasEvidence, Is.True);
    }

    [Test]
    public void Of_what_was_reported_proven_and_found_in_one_epoch_nothing_is_kept_in_the_next()
    {
        Hear(20, ThreatLevel.Critical);
        _desk.OnMessage(new EvidenceNotice(_group.First.Tag, _group.Evidence(Liar.Value)), _now, _effects);
        Advance();
        _desk.OnFound(_group.Evidence(30), _now);
        Assert.That(_desk.Kept, Is.EqualTo(4), "a report, two proofs, one of them not told yet");

        _epoch = _group.Know(Epochs.Group.Ending(_group.First, EpochProtocol.Raft).Next);
        _desk.BeginEpoch(_epoch, _now);
        Assert.That(_desk.Kept, Is.Zero);
        Advance();

        Assert.That(_effects.Messages, Is.Empty, "evidence is of one epoch");
        Assert.That((_desk.Level, _desk.Cause), Is.EqualTo((ThreatLevel.None, default(EndCause))));
    }

    [Test]
    public void However_much_comes_in_little_is_kept()
    {
        for (var i = 0; i < 1000; i++)
        {
            foreach (var accused in new uint[] { 10, 20, 30 })
            {
                Hear(40, ThreatLevel.Critical, accused);
            }

            _desk.OnMessage(new EvidenceNotice(_group.First.Tag, _group.Evidence(40, index: (ulong)i)), _now, _effects);
            _desk.OnRejected(new MessagesRejected(Liar, 1000), _now);
            Advance();
        }

        Assert.That(_desk.Kept, Is.LessThan(10));
    }

    // A leader of Raft that lies writes the log's time: by that there were none within the hour, or there will always have been.
    [TestCase(0)]
    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue)]
    public void How_many_switches_there_were_is_known_by_this_replica_s_own_time(long logTime)
    {
        var epochs = new List<EpochDescriptor>();
        for (var i = 0; i < 3; i++)
        {
            epochs.Add((epochs is [.., var last] ? last : _group.First).Escalated(new LogPosition(new LogIndex(10 + (ulong)i), new Term(1), FakeKeys.Hash(i)), new Timestamp(logTime)));
            _desk.BeginEpoch(_group.Know(epochs[^1]), _now);
        }

        var soon = _desk.DecideReturn(epochs, isOrdered: true, _now + TimeSpan.FromMinutes(59), _clock);
        var later = _desk.DecideReturn(epochs, isOrdered: true, _now + TimeSpan.FromMinutes(60), _clock);

        Assert.That(soon.Reasons, Is.EqualTo(new[] { EscalationReason.TooManySwitches }));
        Assert.That(later.Verdict, Is.EqualTo(EscalationVerdict.MayReturn));
    }

    private void Hear(uint reporter, ThreatLevel level, uint accused = 40, ulong? version = null)
    {
        var report = new ThreatReport(new NodeId(reporter), new NodeId(accused), level, version ?? ++_version);
        _desk.OnMessage(new ThreatNotice(_epoch.Descriptor.Tag, SignedThreatReport.Give(_epoch, report, _group.Keys.Signer(reporter))), _now, _effects);
        Advance();
    }

    private void Pass(TimeSpan time)
    {
        _now += time;
        Advance();
    }

    private void Advance()
    {
        _effects.Clear();
        _desk.Advance(_now, _clock, _effects);
    }
}
