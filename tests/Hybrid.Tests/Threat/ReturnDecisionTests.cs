using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid.Tests.Threat;

/// <summary>Requirement E4: whether a replica agrees to go back to Raft, by what it knows itself.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReturnDecisionTests
{
    private static readonly NodeId Liar = new(40);
    private static readonly EscalationOptions Usual = new();

    private readonly Epochs.Group _group = new();
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly ThreatDesk _desk;
    private Ticks _now = new(TimeSpan.FromDays(1).Ticks);
    private Timestamp _clock = new(100_000_000);
    private EpochDescriptor _epoch;

    public ReturnDecisionTests()
    {
        _epoch = _group.First;
        _desk = new ThreatDesk(_group.Engine());
    }

    [Test]
    public void What_an_operator_has_ordered_he_may_take_back_at_once()
    {
        Begin(_group.First.Next(EpochProtocol.Pbft, Epochs.Group.Position(7), _clock));

        Assert.That(Decide(isOrdered: true), Is.EqualTo(new[] { EscalationReason.Quiet }));
    }

    [Test]
    public void What_liars_have_caused_lasts_until_it_has_been_quiet_for_long()
    {
        Begin(Escalated());
        Assert.That(Decide(isOrdered: true), Is.EqualTo(new[] { EscalationReason.MinimumStay, EscalationReason.NotQuiet }));

        Pass(Usual.MinimumStay);
        Assert.That(Decide(isOrdered: true), Is.EqualTo(new[] { EscalationReason.NotQuiet }));

        Pass(Usual.QuietPeriod - Usual.MinimumStay);
        Assert.That(Decide(isOrdered: true), Is.EqualTo(new[] { EscalationReason.Quiet }));
    }

    // What has come in since the desk has looked counts as well.
    [Test]
    public void It_is_not_quiet_from_the_moment_on_in_which_reports_have_come_in()
    {
        Begin(_group.First.Next(EpochProtocol.Pbft, Epochs.Group.Position(7), _clock));
        Report(20);
        Assert.That(Decide(isOrdered: true), Is.EqualTo(new[] { EscalationReason.Quiet }), "of f members");
        Report(30);

        Assert.That(Decide(isOrdered: true), Is.EqualTo(new[] { EscalationReason.NotQuiet }));
    }

    [TestCase(false, false, EscalationReason.ApprovalMissing)]
    [TestCase(false, true, EscalationReason.Quiet)]
    [TestCase(true, false, EscalationReason.Quiet)]
    public void Without_an_order_the_group_s_rules_must_allow_it(bool isOrdered, bool returnsAlone, object reason)
    {
        Begin(Escalated(returnsAlone));
        Pass(Usual.QuietPeriod);

        Assert.That(Decide(isOrdered), Is.EqualTo(new[] { reason }));
    }

    [TestCase("found")]
    [TestCase("found, of an epoch before")]
    [TestCase("shown by another")]
    public void Where_a_member_was_proven_faulty_an_operator_has_to_order_it_whatever_the_rules_are(string how)
    {
        var epoch = Escalated(returnsAlone: true);
        Begin(epoch);
        if (how == "shown by another")
        {
            _desk.OnMessage(new EvidenceNotice(epoch.Tag, _group.Evidence(Liar.Value, epoch)), _now, _effects);
        }
        else
        {
            _desk.OnFound(_group.Evidence(Liar.Value, how == "found" ? epoch : _group.First), _now);
        }

        Pass(Usual.QuietPeriod + Usual.QuietPeriod);
        Assert.That(Decide(isOrdered: false), Is.EqualTo(new[] { EscalationReason.ApprovalMissing }));
        Assert.That(Decide(isOrdered: true), Is.EqualTo(new[] { EscalationReason.Quiet }));
    }

    // Of four switches within an hour one must be left for the next escalation, and this is one itself.
    [TestCase(2, EscalationReason.Quiet)]
    [TestCase(3, EscalationReason.TooManySwitches)]
    public void An_escalation_and_the_return_from_it_count_as_switches(int switches, object reason)
    {
        Begin(_group.First.Next(EpochProtocol.Pbft, Epochs.Group.Position(7), _clock));
        var epoch = _group.First;
        var epochs = new List<EpochDescriptor>();
        for (var i = 0; i < switches; i++)
        {
            epochs.Add(epoch = i % 2 == 0 ? epoch.Escalated(At(epoch), _clock) : epoch.Next(EpochProtocol.Raft, At(epoch), _clock));
        }

        Assert.That(Decide(isOrdered: true, epochs), Is.EqualTo(new[] { reason }));
        Pass(TimeSpan.FromHours(1));
        Assert.That(Decide(isOrdered: true, epochs), Is.EqualTo(new[] { EscalationReason.Quiet }), "an hour later");
    }

    [Test]
    public void What_operators_order_among_themselves_does_not_count()
    {
        Begin(_group.First.Next(EpochProtocol.Pbft, Epochs.Group.Position(7), _clock));
        var epoch = _group.First;
        var epochs = Enumerable.Range(0, 10).Select(i => epoch = epoch.Next(i % 2 == 0 ? EpochProtocol.Pbft : EpochProtocol.Raft, At(epoch), _clock)).ToList();

        Assert.That(Decide(isOrdered: true, epochs), Is.EqualTo(new[] { EscalationReason.Quiet }));
    }

    // A leader that lies may have set the log's time to anything.
    [Test]
    public void A_time_that_is_yet_to_come_is_taken_for_now()
    {
        Begin(_group.First.Next(EpochProtocol.Pbft, Epochs.Group.Position(7), _clock));
        var one = _group.First.Escalated(At(_group.First), new Timestamp(long.MaxValue));
        var other = one.Next(EpochProtocol.Raft, At(one), new Timestamp(long.MaxValue));
        var third = other.Escalated(At(other), new Timestamp(long.MaxValue));

        Assert.That(Decide(isOrdered: true, [one, other, third]), Is.EqualTo(new[] { EscalationReason.TooManySwitches }));
    }

    private static LogPosition At(EpochDescriptor epoch) => Epochs.Group.Position(epoch.Start.Index.Value + 7);

    private EpochDescriptor Escalated(bool returnsAlone = false) => EpochDescriptor
        .First(Epochs.Group.Cluster, EpochProtocol.Raft, _group.Members, [_group.Operator.PublicKey], new EpochRules { ReturnsAlone = returnsAlone })
        .Escalated(Epochs.Group.Position(7), _clock);

    private void Begin(EpochDescriptor epoch)
    {
        _epoch = epoch;
        _desk.BeginEpoch(_group.Know(epoch), _now);
        _desk.Advance(_now, _clock, _effects);
    }

    private void Report(uint reporter) => _desk.OnMessage(
        new ThreatNotice(_epoch.Tag, SignedThreatReport.Give(_group.Know(_epoch), new ThreatReport(new NodeId(reporter), Liar, ThreatLevel.Medium, 1), _group.Keys.Signer(reporter))), _now, _effects);

    private void Pass(TimeSpan time)
    {
        (_now, _clock) = (_now + time, new Timestamp(_clock.UnixMilliseconds + (long)time.TotalMilliseconds));
        _desk.Advance(_now, _clock, _effects);
    }

    private IReadOnlyList<EscalationReason> Decide(bool isOrdered, IReadOnlyList<EpochDescriptor>? epochs = null)
    {
        var decision = _desk.DecideReturn(epochs ?? [], isOrdered, _now, _clock);
        Assert.That(decision.Verdict == EscalationVerdict.MayReturn, Is.EqualTo(decision.Reasons is [EscalationReason.Quiet]));
        return [.. decision.Reasons];
    }
}
