using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Handover;

/// <summary>The rule of docs/hybrid.md, whose consequences the model looks at.</summary>
public sealed class HandoverStartTests
{
    private static readonly Group Four = new();
    private static readonly Group Seven = new(7);

    [Test]
    public void What_f_plus_1_have_is_kept_and_what_one_has_is_not() =>
        Assert.That(StartOf(Four, [1, 1, 1], [1, 1], [1]), Is.EqualTo(Reports.Place([1, 1], 2)));

    [Test]
    public void With_seven_members_three_must_have_it() =>
        Assert.That(StartOf(Seven, [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1], [1], []), Is.EqualTo(Reports.Place([1, 1, 1], 3)));

    [Test]
    public void Entries_at_one_place_count_only_if_they_are_the_same() =>
        Assert.That(StartOf(Four, [1, 2], [1, 3], [1]), Is.EqualTo(Reports.Place([1], 1)));

    [Test]
    public void A_log_that_one_has_alone_does_not_hide_a_shorter_one_that_more_have() =>
        Assert.That(StartOf(Four, [1, 1, 1, 1], [2, 2], [2, 2]), Is.EqualTo(Reports.Place([2, 2], 2)));

    [Test]
    public void Where_nobody_has_anything_the_epoch_ends_where_it_began() => Assert.That(StartOf(Four, [], [], []), Is.EqualTo(LogPosition.Origin));

    [Test]
    public void The_highest_floor_is_kept_if_only_one_reports_it()
    {
        var reports = new Reports(Four);

        Assert.That(
            HandoverStart.Of(Four.First, [reports.Of(10, [1, 1, 1], floor: 2), reports.Of(20, [1]), reports.Of(30, [])]),
            Is.EqualTo(Reports.Place([1, 1], 2)));
    }

    [Test]
    public void Above_a_floor_entries_count_whatever_floor_was_reported_with_them()
    {
        var reports = new Reports(Four);

        Assert.That(
            HandoverStart.Of(Four.First, [reports.Of(10, [1, 1, 1], floor: 2), reports.Of(20, [1, 1, 1, 1], floor: 1), reports.Of(30, [])]),
            Is.EqualTo(Reports.Place([1, 1, 1], 3)));
    }

    [Test]
    public void Logs_that_do_not_go_through_the_floor_count_for_nothing()
    {
        var reports = new Reports(Four);

        Assert.That(
            HandoverStart.Of(Four.First, [reports.Of(10, [1, 1], floor: 2), reports.Of(20, [2, 2, 2]), reports.Of(30, [2, 2, 2])]),
            Is.EqualTo(Reports.Place([1, 1], 2)));
    }

    [Test]
    public void Who_has_a_floor_and_not_its_log_says_nothing_more()
    {
        var reports = new Reports(Four);
        var report = reports.Of(10, [2, 2, 2], floor: 2, floorOf: [1, 1]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Entries.Length, Is.Zero);
            Assert.That(HandoverStart.Of(Four.First, [report, reports.Of(20, [1, 1, 1]), reports.Of(30, [1, 1, 1])]), Is.EqualTo(Reports.Place([1, 1, 1], 3)));
        }
    }

    [Test]
    public void It_does_not_matter_in_which_order_reports_come()
    {
        // Five members, of whom four decide: two logs that two have each.
        var five = new Group(5);
        var reports = new Reports(five);
        EndReport[] all = [reports.Of(10, [1, 2]), reports.Of(20, [1, 2]), reports.Of(30, [1, 3]), reports.Of(40, [1, 3])];
        var start = HandoverStart.Of(five.First, all);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(start.Index.Value, Is.EqualTo(2));
            Assert.That(HandoverStart.Of(five.First, [.. all.Reverse()]), Is.EqualTo(start));
            Assert.That(HandoverStart.Of(five.First, [all[2], all[0], all[3], all[1]]), Is.EqualTo(start));
        }
    }

    private static LogPosition StartOf(Group group, params int[][] logs)
    {
        var reports = new Reports(group);
        return HandoverStart.Of(group.First, [.. logs.Select((log, place) => reports.Of((uint)(place + 1) * 10, log))]);
    }
}
