using Consensus.Hybrid.Tests.Model;

namespace Consensus.Hybrid.Tests;

/// <summary>
/// The end of an epoch that Raft runs, over all that can happen to four replicas: what callers were told is where the next epoch begins. And each rule is needed. See docs/hybrid.md.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class SealModelTests
{
    private static readonly Bounds Crashes = new(HasLiar: false, Entries: 2);
    private static readonly Bounds LiarInTwoTerms = new(HasLiar: true, Entries: 1);
    private static readonly Bounds LiarInOneTerm = new(HasLiar: true, Entries: 2, Terms: 1);

    private static IEnumerable<TestCaseData> Weak
    {
        get
        {
            yield return Case("Two_of_four_are_no_quorum", Crashes, Rules.Right with { Quorum = 2 });
            yield return Case("Who_has_sealed_acknowledges_nothing", Crashes, Rules.Right with { SealedStaysSealed = false });
            yield return Case("Nothing_behind_a_seal_is_applied", Crashes, Rules.Right with { AppliesOnlyToSeal = false });
            yield return Case("What_one_has_alone_may_have_been_given_up", Crashes with { HasSeals = false }, Rules.Right with { Holders = 1 });
            yield return Case("Not_all_who_report_need_to_have_it", Crashes, Rules.Right with { Holders = 3 });
            yield return Case("A_floor_below_which_the_next_epoch_may_begin_is_none", LiarInTwoTerms, Rules.Right with { BeginsAboveFloor = false });
            yield return Case("A_certificate_that_one_has_does_not_count", LiarInTwoTerms, Rules.Right with { CountsFloorWhenHeld = false });
            yield return Case("A_certificate_in_the_log_goes_with_it", LiarInTwoTerms, Rules.Right with { FloorOutlivesLog = false });
            yield return Case("Only_what_was_applied_is_signed", LiarInTwoTerms, Rules.Right with { SignsOnlyApplied = false });
            yield return Case("What_was_applied_is_not_overwritten", LiarInTwoTerms, Rules.Right with { KeepsApplied = false });

            static TestCaseData Case(string name, object bounds, object rules) => new TestCaseData(bounds, rules).SetName(name);
        }
    }

    [Test]
    public void Where_replicas_only_crash_nothing_is_lost_that_was_committed() => AssertHolds(Crashes);

    [Test]
    public void Where_one_lies_nothing_is_lost_that_was_certified() => AssertHolds(LiarInTwoTerms);

    [Test, Category("Soak"), Explicit("Takes minutes.")]
    public void Where_one_lies_two_certified_entries_are_not_lost_either() => AssertHolds(LiarInOneTerm);

    [TestCaseSource(nameof(Weak))]
    public void Each_rule_is_needed(object bounds, object rules)
    {
        var way = new Explorer((Rules)rules, (Bounds)bounds).Explore();

        Assert.That(way, Is.Not.Null);
        TestContext.Out.WriteLine(way);
    }

    private static void AssertHolds(Bounds bounds)
    {
        var explorer = new Explorer(Rules.Right, bounds);

        Assert.That(explorer.Explore(), Is.Null);
        Assert.That(explorer.Ended, Is.GreaterThan(1000));
        TestContext.Out.WriteLine($"{explorer.Count} worlds; the epoch has ended in {explorer.Ended} of them.");
    }
}
