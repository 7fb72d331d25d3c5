using Consensus.Engine;
using Consensus.Raft.Log;

namespace Consensus.Raft.Tests.Log;

/// <summary>Where a leader marks places for replicas to compare their states at.</summary>
public sealed class CheckpointMarksTests
{
    [Test]
    public void By_default_nothing_is_marked_whoever_wants_a_snapshot()
    {
        var leader = new NewLeader(NewState.Voters(3));
        var marks = new CheckpointMarks(leader.State);
        leader.Propose(5000);
        leader.State.RequestSnapshot();

        marks.Advance();

        Assert.That(Marked(leader), Is.Empty);
    }

    [Test]
    public void A_place_is_marked_when_so_many_entries_have_come()
    {
        var (leader, marks) = Begin(10);
        for (var i = 0; i < 30; i++)
        {
            leader.Propose(1);
            marks.Advance();
        }

        // The first entry is that of the term; marks count as entries.
        Assert.That(Marked(leader), Is.EqualTo(new ulong[] { 11, 21, 31 }));
    }

    [Test]
    public void Of_many_entries_in_a_turn_one_place_is_marked_behind_the_last()
    {
        var (leader, marks) = Begin(10);
        leader.Propose(35);

        marks.Advance();
        marks.Advance();

        Assert.That(Marked(leader), Is.EqualTo(new ulong[] { 37 }));
    }

    [Test]
    public void A_place_is_marked_once_when_somebody_waits_for_a_snapshot()
    {
        var (leader, marks) = Begin(1000);
        leader.Propose(3);
        marks.Advance();
        Assert.That(Marked(leader), Is.Empty);

        leader.State.RequestSnapshot();
        marks.Advance();
        marks.Advance();

        Assert.That(Marked(leader), Is.EqualTo(new ulong[] { 5 }));
    }

    [Test]
    public void What_others_have_appended_before_the_term_is_not_marked_again()
    {
        var leader = new NewLeader(NewState.Voters(3), new RaftOptions { CheckpointEntries = 10 });
        leader.Propose(20);
        var marks = new CheckpointMarks(leader.State);
        marks.BeginTerm();

        marks.Advance();

        Assert.That(Marked(leader), Is.Empty);
    }

    [Test]
    public void An_entry_waits_for_a_mark_behind_it_no_longer_than_the_interval()
    {
        var (leader, marks) = Begin(1000, TimeSpan.FromMilliseconds(100));
        marks.Advance();
        Assert.That(marks.Deadline, Is.EqualTo(Ticks.Never), "there is nothing to be marked");

        var begun = leader.State.Now;
        leader.Propose(1);
        marks.Advance();
        Assert.That(marks.Deadline, Is.EqualTo(begun + TimeSpan.FromMilliseconds(100)));

        // What comes later puts nothing off.
        leader.State.Now = begun + TimeSpan.FromMilliseconds(60);
        leader.Propose(1);
        marks.Advance();
        leader.State.Now = begun + TimeSpan.FromMilliseconds(99);
        marks.Advance();
        Assert.That(Marked(leader), Is.Empty);

        leader.State.Now = begun + TimeSpan.FromMilliseconds(100);
        marks.Advance();
        Assert.That(Marked(leader), Is.EqualTo(new ulong[] { 4 }));
    }

    [Test]
    public void Without_new_entries_nothing_more_is_marked_however_long_it_takes()
    {
        var (leader, marks) = Begin(1000, TimeSpan.FromMilliseconds(100));
        leader.Propose(1);
        marks.Advance();
        leader.State.Now += TimeSpan.FromMilliseconds(100);
        marks.Advance();

        for (var i = 0; i < 5; i++)
        {
            leader.State.Now += TimeSpan.FromMilliseconds(100);
            marks.Advance();
        }

        Assert.That(marks.Deadline, Is.EqualTo(Ticks.Never), "a mark is no entry that waits for one");
        Assert.That(Marked(leader), Is.EqualTo(new ulong[] { 3 }));
    }

    [Test]
    public void A_mark_that_comes_for_another_reason_serves_those_who_wait()
    {
        var (leader, marks) = Begin(10, TimeSpan.FromMilliseconds(100));
        leader.Propose(1);
        marks.Advance();
        leader.Propose(9);
        marks.Advance();
        Assert.That(Marked(leader), Is.EqualTo(new ulong[] { 12 }));
        Assert.That(marks.Deadline, Is.EqualTo(Ticks.Never));

        leader.State.Now += TimeSpan.FromMilliseconds(100);
        marks.Advance();
        Assert.That(Marked(leader), Is.EqualTo(new ulong[] { 12 }));
    }

    [Test]
    public void Without_an_interval_entries_wait_for_others_and_a_new_term_begins_without_a_deadline()
    {
        var (patient, patientMarks) = Begin(1000);
        patient.Propose(1);
        patientMarks.Advance();
        Assert.That((patientMarks.Deadline, Marked(patient).Count()), Is.EqualTo((Ticks.Never, 0)));

        var (leader, marks) = Begin(1000, TimeSpan.FromMilliseconds(100));
        leader.Propose(1);
        marks.Advance();
        marks.BeginTerm();
        leader.State.Now += TimeSpan.FromMilliseconds(200);
        marks.Advance();
        Assert.That((marks.Deadline, Marked(leader).Count()), Is.EqualTo((Ticks.Never, 0)));
    }

    private static (NewLeader Leader, CheckpointMarks Marks) Begin(int entries, TimeSpan interval = default)
    {
        var leader = new NewLeader(NewState.Voters(3), new RaftOptions { CheckpointEntries = entries, CheckpointInterval = interval });
        var marks = new CheckpointMarks(leader.State);
        marks.BeginTerm();
        return (leader, marks);
    }

    private static IEnumerable<ulong> Marked(NewLeader leader) =>
        leader.State.Effects.Records.Where(record => record.Entry.Kind == EntryKind.Checkpoint).Select(record => record.Entry.Index.Value);
}
