using Consensus.Hybrid.Threat;
using FsCheck;
using FsCheck.Fluent;

namespace Consensus.Hybrid.Tests.Threat;

/// <summary>Requirements E1 and E4: when a group moves, and when it may go back.</summary>
[TestFixture]
public sealed class EscalationPolicyTests
{
    private static readonly EscalationOptions Options = new();

    private static AgreedThreat Threat(ThreatLevel level, bool isProven = false) =>
        level == ThreatLevel.None ? AgreedThreat.Nothing : new(level, Group.Node(3), isProven ? [] : [Group.Node(1), Group.Node(2)], isProven);

    private static EscalationSituation Raft(ThreatLevel level) => new()
    {
        Now = Group.At(1000),
        IsByzantine = false,
        EpochBegan = Group.At(999),
        Threat = Threat(level),
        Course = new ThreatCourse(null),
    };

    /// <summary>Two hours after the epoch began, and as long quiet; an operator has approved.</summary>
    private static EscalationSituation Quiet() => new()
    {
        Now = Group.At(10_000),
        IsByzantine = true,
        EpochBegan = Group.At(2800),
        Threat = AgreedThreat.Nothing,
        Course = ThreatCourse.BeginAt(Group.At(2800)),
        ApprovedAt = Group.At(9999),
    };

    [TestCase(ThreatLevel.None, "Stay: the level is None; from High on the group moves.")]
    [TestCase(ThreatLevel.Low, "Stay: the level is Low; from High on the group moves.")]
    [TestCase(ThreatLevel.Medium, "Stay: the level is Medium; from High on the group moves.")]
    public void Below_high_raft_stays(ThreatLevel level, string explanation) =>
        Assert.That(Decide(Raft(level)), Is.EqualTo((EscalationVerdict.Stay, "LevelIsLowEnough", explanation)));

    [TestCase(ThreatLevel.High, "LevelIsHigh", "Escalate: nodes 1, 2 report High about node 3, of whom at least one is correct.")]
    [TestCase(ThreatLevel.Critical, "LevelIsCritical", "Escalate: nodes 1, 2 report Critical about node 3, of whom at least one is correct.")]
    public void From_high_on_the_group_moves(ThreatLevel level, string reason, string explanation) =>
        Assert.That(Decide(Raft(level)), Is.EqualTo((EscalationVerdict.Escalate, reason, explanation)));

    [Test]
    public void By_evidence_it_moves_without_anybody_s_report() => Assert.That(
        Decide(Raft(ThreatLevel.Critical) with { Threat = Threat(ThreatLevel.Critical, isProven: true) }),
        Is.EqualTo((EscalationVerdict.Escalate, "LevelIsCritical", "Escalate: node 3 is proven faulty.")));

    // Whoever uses up a cap would have Raft to lie to.
    [Test]
    public void Nothing_holds_up_an_escalation()
    {
        var switches = Enumerable.Range(0, 100).Select(second => Group.At(900 + second)).ToArray();

        Assert.That(Decide(Raft(ThreatLevel.High) with { Switches = switches }).Verdict, Is.EqualTo(EscalationVerdict.Escalate));
        Assert.That(Decide(Raft(ThreatLevel.Critical) with { Switches = switches }).Verdict, Is.EqualTo(EscalationVerdict.Escalate));
    }

    [Test]
    public void When_it_is_quiet_and_approved_the_group_may_go_back() =>
        Assert.That(Decide(Quiet()), Is.EqualTo((EscalationVerdict.MayReturn, "Quiet", "The group may go back: it has been quiet for 30m and more.")));

    private static IEnumerable<TestCaseData> Held =>
    [
        Row("high", Quiet() with { Threat = Threat(ThreatLevel.High) }, "LevelForbidsReturn", "Stay: the level is High, over node 3."),
        Row("critical", Quiet() with { Threat = Threat(ThreatLevel.Critical) }, "LevelForbidsReturn", "Stay: the level is Critical, over node 3."),
        Row("too young", Quiet() with { EpochBegan = Group.At(9400.5) }, "MinimumStay", "Stay: the minimum stay of 10m lasts for another 1s."),
        Row("not quiet", Quiet() with { Threat = Threat(ThreatLevel.Medium), Course = new ThreatCourse(null) }, "NotQuiet,ApprovalMissing", "Stay: it is not quiet, for the level is Medium; an operator has to approve."),
        Row("not quiet for long", Quiet() with { Course = new ThreatCourse(Group.At(8200.5)) }, "NotQuiet", "Stay: it must be quiet for another 1s."),
        Row("too many switches", Quiet() with { Switches = [Group.At(6400.001), Group.At(7000), Group.At(9000)] }, "TooManySwitches", "Stay: there were 3 switches within the last hour, and with this one and the next escalation there would be more than 4."),
        Row("nobody approves", Quiet() with { ApprovedAt = null }, "ApprovalMissing", "Stay: an operator has to approve."),
        Row("approved in another epoch", Quiet() with { ApprovedAt = Group.At(2799), Course = new ThreatCourse(Group.At(1000)) }, "ApprovalMissing", "Stay: an operator has to approve."),
        Row("approved before something happened", Quiet() with { ApprovedAt = Group.At(7000), Course = new ThreatCourse(Group.At(7001)) }, "ApprovalMissing", "Stay: an operator has to approve."),
        Row("proven, nobody approves", Quiet() with { ApprovedAt = null, HasConvicted = true }, "ApprovalMissing", "Stay: a member was proven faulty, and an operator has to approve."),
        Row("everything", Quiet() with { Threat = Threat(ThreatLevel.Critical), Course = new ThreatCourse(null), EpochBegan = Group.At(9990), ApprovedAt = null, Switches = [Group.At(9000), Group.At(9100), Group.At(9200), Group.At(9990)] },
            "LevelForbidsReturn,MinimumStay,NotQuiet,TooManySwitches,ApprovalMissing",
            "Stay: the level is Critical, over node 3; the minimum stay of 10m lasts for another 590s; it is not quiet, for the level is Critical; there were 4 switches within the last hour, and with this one and the next escalation there would be more than 4; an operator has to approve."),
    ];

    [TestCaseSource(nameof(Held))]
    public void What_holds_up_a_return_is_told(object situation, string reasons, string explanation) =>
        Assert.That(Decide((EscalationSituation)situation), Is.EqualTo((EscalationVerdict.Stay, reasons, explanation)));

    private static IEnumerable<TestCaseData> AtTheBoundary =>
    [
        Row("the minimum stay is over", Quiet() with { EpochBegan = Group.At(9400) }),
        Row("quiet for just so long", Quiet() with { Course = new ThreatCourse(Group.At(8200)) }),
        Row("one switch fewer", Quiet() with { Switches = [Group.At(7000), Group.At(9000)] }),
        Row("an hour ago", Quiet() with { Switches = [Group.At(6400), Group.At(7000), Group.At(9000)] }),
        Row("low", Quiet() with { Threat = Threat(ThreatLevel.Low) }),
        Row("proven once, and approved", Quiet() with { HasConvicted = true }),
        Row("approved when it became quiet", Quiet() with { ApprovedAt = Group.At(2800) }),
    ];

    [TestCaseSource(nameof(AtTheBoundary))]
    public void What_does_not_hold_up_a_return(object situation) =>
        Assert.That(Decide((EscalationSituation)situation).Verdict, Is.EqualTo(EscalationVerdict.MayReturn));

    [Test]
    public void Without_the_need_of_approval_the_group_goes_back_by_itself_unless_somebody_was_proven_faulty()
    {
        var options = Options with { ApprovalRequired = false };
        var situation = Quiet() with { ApprovedAt = null };

        Assert.That(EscalationPolicy.Decide(situation, options).Verdict, Is.EqualTo(EscalationVerdict.MayReturn));
        Assert.That(EscalationPolicy.Decide(situation with { HasConvicted = true }, options).Verdict, Is.EqualTo(EscalationVerdict.Stay));
    }

    [Test]
    public void It_is_quiet_as_long_as_the_level_is_low_at_most()
    {
        var course = ThreatCourse.BeginAt(Group.At(0));

        course = course.Then(ThreatLevel.Low, Group.At(1));
        Assert.That(course, Is.EqualTo(new ThreatCourse(Group.At(0))));
        course = course.Then(ThreatLevel.Medium, Group.At(2));
        Assert.That(course, Is.EqualTo(new ThreatCourse(null)));
        course = course.Then(ThreatLevel.Critical, Group.At(3)).Then(ThreatLevel.None, Group.At(6)).Then(ThreatLevel.Low, Group.At(7));
        Assert.That(course, Is.EqualTo(new ThreatCourse(Group.At(6))));
    }

    /// <summary>Pitfall S6: an adversary that raises and lowers the level as it likes, with an operator who always approves, makes no more switches in any hour than are allowed, and keeps nobody on Raft.</summary>
    [Test]
    public void Whatever_the_levels_do_there_are_no_more_switches_in_an_hour_than_allowed()
    {
        var courses = Gen.ListOf(from level in Gen.Elements(Enum.GetValues<ThreatLevel>()) from pause in Gen.Choose(0, 900) select (level, pause));
        var cases = from cap in Gen.Choose(2, 6) from list in courses select (Cap: cap, Course: list.ToArray());

        Prop.ForAll(Arb.From(cases), test =>
        {
            var options = new EscalationOptions { SwitchesPerHourMax = test.Cap, MinimumStay = TimeSpan.Zero, QuietPeriod = TimeSpan.Zero, ApprovalRequired = false };
            var (isByzantine, began, course) = (false, Ticks.Zero, ThreatCourse.BeginAt(Ticks.Zero));
            var switches = new List<Ticks>();
            var now = Ticks.Zero;
            foreach (var (level, pause) in test.Course)
            {
                now += TimeSpan.FromSeconds(pause);
                course = course.Then(level, now);
                var decision = EscalationPolicy.Decide(
                    new EscalationSituation { Now = now, IsByzantine = isByzantine, EpochBegan = began, Threat = Threat(level), Course = course, Switches = switches }, options);
                if (decision.Verdict != EscalationVerdict.Stay)
                {
                    (isByzantine, began, course) = (!isByzantine, now, ThreatCourse.BeginAt(now));
                    switches.Add(now);
                }

                if (switches.Count(at => now - at < TimeSpan.FromHours(1)) > test.Cap || (level >= ThreatLevel.High && !isByzantine))
                {
                    return false;
                }
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [TestCase("MinimumStay is 31d; allowed: 0s to 30d.", 31, 0, 2)]
    [TestCase("QuietPeriod is -1d; allowed: 0s to 30d.", 0, -1, 2)]
    [TestCase("SwitchesPerHourMax is 1; allowed: 2 to 60, for who goes back must be able to escalate again.", 0, 0, 1)]
    [TestCase("SwitchesPerHourMax is 61; allowed: 2 to 60, for who goes back must be able to escalate again.", 0, 0, 61)]
    public void Options_out_of_range_are_refused(string problem, int stayDays, int quietDays, int switches)
    {
        var options = new EscalationOptions
        {
            MinimumStay = TimeSpan.FromDays(stayDays),
            QuietPeriod = TimeSpan.FromDays(quietDays),
            SwitchesPerHourMax = switches,
        };

        Assert.That(options.Validate(), Is.EqualTo(new[] { problem }));
        Assert.That(() => EscalationPolicy.Decide(Quiet(), options), Throws.ArgumentException.With.Message.StartsWith(problem));
    }

    private static TestCaseData Row(string name, EscalationSituation situation, params object[] expected) => new TestCaseData([situation, .. expected]).SetArgDisplayNames(name);

    private static (EscalationVerdict Verdict, string Reasons, string Explanation) Decide(EscalationSituation situation)
    {
        var decision = EscalationPolicy.Decide(situation, Options);
        return (decision.Verdict, string.Join(',', decision.Reasons), decision.Explanation);
    }
}
