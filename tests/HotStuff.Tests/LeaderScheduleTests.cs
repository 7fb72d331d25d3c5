using Consensus.HotStuff.Leaders;

namespace Consensus.HotStuff.Tests;

/// <summary>Who leads, and which view follows which: eight views to a term, two turns' penalty.</summary>
public sealed class LeaderScheduleTests
{
    private static readonly LeaderSchedule Schedule = Group.Four.Schedule;

    [TestCase(0ul, 1u)]
    [TestCase(7ul, 1u)]
    [TestCase(8ul, 2u)]
    [TestCase(31ul, 4u)]
    [TestCase(32ul, 1u)]
    public void The_members_lead_in_turn(ulong view, uint leader) => Assert.That(Schedule.LeaderOf(new ViewNumber(view)), Is.EqualTo(new NodeId(leader)));

    [TestCase(0ul, 1ul)]
    [TestCase(6ul, 7ul)]
    [TestCase(7ul, 8ul)]
    public void Views_follow_each_other_as_long_as_nobody_fails(ulong view, ulong next) =>
        Assert.That(Schedule.Next(new ViewNumber(view), LeaderRecord.Empty), Is.EqualTo(new ViewNumber(next)));

    [Test]
    public void A_leader_whose_term_was_given_up_is_on_record_and_passed_over_for_two_turns()
    {
        var record = Schedule.RecordAfter(new ViewNumber(3), LeaderRecord.Empty, new ViewNumber(8));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(record.Failed, Is.EqualTo(new[] { new FailedTerm(new NodeId(1), 0) }));
            Assert.That(Schedule.Next(new ViewNumber(31), record), Is.EqualTo(new ViewNumber(40)), "the first turn");
            Assert.That(Schedule.Next(new ViewNumber(63), record), Is.EqualTo(new ViewNumber(72)), "the second turn");
            Assert.That(Schedule.Next(new ViewNumber(95), record), Is.EqualTo(new ViewNumber(96)), "served");
            Assert.That(Schedule.RecordAfter(new ViewNumber(95), record, new ViewNumber(96)), Is.EqualTo(LeaderRecord.Empty), "and forgotten");
        }
    }

    [Test]
    public void To_be_passed_over_is_no_failure()
    {
        var record = Schedule.RecordAfter(new ViewNumber(3), LeaderRecord.Empty, new ViewNumber(8));

        Assert.That(Schedule.RecordAfter(new ViewNumber(31), record, new ViewNumber(40)), Is.EqualTo(record));
    }

    [Test]
    public void No_more_than_f_leaders_are_on_record_the_last_ones()
    {
        var record = Schedule.RecordAfter(new ViewNumber(3), LeaderRecord.Empty, new ViewNumber(24));

        Assert.That(record.Failed, Is.EqualTo(new[] { new FailedTerm(new NodeId(3), 2) }));
    }

    [Test]
    public void Many_lost_terms_are_soon_counted() =>
        Assert.That(Schedule.RecordAfter(new ViewNumber(3), LeaderRecord.Empty, new ViewNumber(1UL << 60)).Failed, Has.Length.EqualTo(1));

    [Test]
    public void From_the_same_branch_everybody_gets_the_same_record()
    {
        var random = new Engine.DeterministicRandom(5);
        for (var run = 0; run < 500; run++)
        {
            var (view, record) = (ViewNumber.Zero, LeaderRecord.Empty);
            for (var i = 0; i < 50; i++)
            {
                var next = Schedule.Next(view, record);
                var given = random.NextBelow(8) == 0 ? Schedule.FirstOf(Schedule.TermOf(view) + 1 + random.NextBelow(3)) : next;
                record = Schedule.RecordAfter(view, record, given);
                Assert.That(record.Failed, Has.Length.LessThanOrEqualTo(1));
                Assert.That(Schedule.Next(given, record), Is.GreaterThan(given));
                view = given;
            }
        }
    }

    [Test]
    public void The_hash_of_a_node_covers_what_it_has_on_record()
    {
        var node = Group.Four.Node(8, Node.Genesis, Group.Four.Block(1));

        Assert.That(node.Hash, Is.Not.EqualTo(Group.Four.Node(8, Node.Genesis, Group.Four.Block(1), LeaderRecord.Empty).Hash));
    }
}
