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

    private static (NewLeader Leader, CheckpointMarks Marks) Begin(int entries)
    {
        var leader = new NewLeader(NewState.Voters(3), new RaftOptions { CheckpointEntries = entries });
        var marks = new CheckpointMarks(leader.State);
        marks.BeginTerm();
        return (leader, marks);
    }

    private static IEnumerable<ulong> Marked(NewLeader leader) =>
        leader.State.Effects.Records.Where(record => record.Entry.Kind == EntryKind.Checkpoint).Select(record => record.Entry.Index.Value);
}
