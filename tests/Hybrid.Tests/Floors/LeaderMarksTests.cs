using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Floors;

/// <summary>What leaders of Raft sign about the places that they mark, and who is convicted by it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LeaderMarksTests
{
    private static readonly NodeId Leader = new(20);

    private readonly Group _group = new();
    private readonly LogEntry[] _log = Group.Log(3);
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly ScriptedCore _core;
    private readonly KnownEpoch _epoch;
    private readonly LeaderMarks _marks;
    private Ticks _now = new(1000);

    public LeaderMarksTests()
    {
        _core = new ScriptedCore(_log) { Leader = Leader };
        _epoch = _group.Know(_group.First);
        var scope = new EpochScope(_epoch, _group.Keys, LogPosition.Origin, default);
        _marks = new LeaderMarks(new RunningEpoch(_epoch, _core, scope), _group.Identity(10), [Leader, new NodeId(30), new NodeId(40)]);
    }

    private FloorContent Applied => new(Group.At(_log[2]), FakeKeys.Hash(1));

    [Test]
    public void A_follower_certifies_nothing_before_the_leader_has_signed()
    {
        _marks.OnMarked(Applied, _now, _effects);
        Assert.That(_marks.TakeReady(), Is.Null);

        Assert.That(_marks.OnMark(Mark(Leader, Applied.Position), _now, _effects), Is.Null);

        Assert.That(_marks.TakeReady(), Is.EqualTo(Applied));
        Assert.That(_marks.TakeReady(), Is.Null, "once");
        _marks.OnMark(Mark(new NodeId(30), Applied.Position), _now, _effects);
        Assert.That(_marks.TakeReady(), Is.Null, "also when something else comes in");
        Assert.That(Told(), Is.EqualTo(new[] { (30u, Mark(Leader, Applied.Position)), (40u, Mark(Leader, Applied.Position)) }), "others are shown what it rests on");
    }

    [Test]
    public void It_does_not_matter_which_of_the_two_comes_first()
    {
        _marks.OnMark(Mark(Leader, Applied.Position), _now, _effects);
        Assert.That(_marks.TakeReady(), Is.Null);

        _marks.OnMarked(Applied, _now, _effects);

        Assert.That(_marks.TakeReady(), Is.EqualTo(Applied));
    }

    [Test]
    public void Only_whom_raft_takes_for_the_leader_of_the_term_can_sign_for_it()
    {
        _marks.OnMarked(Applied, _now, _effects);
        _marks.OnMark(Mark(new NodeId(30), Applied.Position), _now, _effects);
        Assert.That(_marks.TakeReady(), Is.Null, "another member");

        _core.Term = 2;
        _marks.OnMark(Mark(Leader, Applied.Position), _now, _effects);
        Assert.That(_marks.TakeReady(), Is.Null, "a term that is over");
    }

    [Test]
    public void A_leader_signs_what_it_has_applied_and_says_so_until_there_is_a_floor()
    {
        _core.Leader = new NodeId(10);
        _core.Role = ReplicaRole.Leader;
        _marks.OnMarked(Applied, _now, _effects);

        Assert.That(_marks.TakeReady(), Is.EqualTo(Applied));
        Assert.That(Told().Select(told => told.To), Is.EqualTo(new[] { 20u, 30u, 40u }));
        Assert.That(Told().Select(told => _epoch.IsSigned(told.Mark) && told.Mark.Leader == new NodeId(10)), Is.All.True);
        for (var i = 0; i < 3; i++)
        {
            _now = _marks.Deadline;
            _effects.Clear();
            _marks.Advance(LogIndex.Zero, _now, _effects);
            Assert.That(Told(), Has.Length.EqualTo(3));
        }

        _now = _marks.Deadline;
        _effects.Clear();
        _marks.Advance(Applied.Position.Index, _now, _effects);
        Assert.That(Told(), Is.Empty);
        Assert.That(_marks.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void A_follower_certifies_nothing_where_the_leader_has_signed_for_another_history()
    {
        _marks.OnMarked(Applied, _now, _effects);

        _marks.OnMark(Mark(Leader, Other), _now, _effects);

        Assert.That(_marks.TakeReady(), Is.Null);
    }

    [Test]
    public void Who_leads_no_more_says_nothing_again()
    {
        _core.Leader = new NodeId(10);
        _core.Role = ReplicaRole.Leader;
        _marks.OnMarked(Applied, _now, _effects);
        _effects.Clear();

        _core.Role = ReplicaRole.Follower;
        _now = _marks.Deadline;
        _marks.Advance(LogIndex.Zero, _now, _effects);

        Assert.That(_effects.Messages, Is.Empty);
        Assert.That(_marks.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void What_was_in_the_log_in_another_term_contradicts_nothing()
    {
        _marks.OnMark(Mark(Leader, Other with { Term = new Term(2) }), _now, _effects);

        Assert.That(_effects.Messages, Is.Empty);
    }

    [Test]
    public void A_place_of_an_earlier_term_is_nobody_s_to_sign()
    {
        _core.Leader = new NodeId(10);
        _core.Role = ReplicaRole.Leader;
        _core.Term = 2;

        _marks.OnMarked(Applied, _now, _effects);

        Assert.That(_marks.TakeReady(), Is.Null);
        Assert.That(_effects.Messages, Is.Empty);
    }

    [Test]
    public void Two_histories_of_one_place_convict_whoever_has_signed_both()
    {
        Assert.That(_marks.OnMark(Mark(Leader, Applied.Position), _now, _effects), Is.Null);
        Assert.That(_marks.OnMark(Mark(Leader, Applied.Position), _now, _effects), Is.Null, "the same again");
        Assert.That(_marks.OnMark(Mark(new NodeId(30), Other), _now, _effects), Is.Null, "of another member");
        Assert.That(_marks.OnMark(Mark(Leader, Other with { Term = new Term(2) }), _now, _effects), Is.Null, "of another term");

        var evidence = _marks.OnMark(Mark(Leader, Other), _now, _effects);

        Assert.That(evidence!.Signer, Is.EqualTo(Leader));
        Assert.That(_epoch.DefectOf(evidence), Is.Null, "anybody can check it");
    }

    [Test]
    public void What_a_leader_has_signed_for_a_place_in_another_term_is_something_else()
    {
        _marks.OnMark(Mark(Leader, Applied.Position with { Term = new Term(2) }), _now, _effects);
        _marks.OnMark(Mark(Leader, Applied.Position), _now, _effects);
        _marks.OnMarked(Applied, _now, _effects);

        Assert.That(_marks.TakeReady(), Is.EqualTo(Applied));
    }

    [Test]
    public void What_contradicts_the_log_here_is_shown_to_others_but_not_as_often_as_a_liar_likes()
    {
        for (var i = 0; i < 100; i++)
        {
            _marks.OnMark(Mark(Leader, Other with { Index = new LogIndex(1 + ((ulong)i % 3)), Chain = FakeKeys.Hash(i) }), _now, _effects);
        }

        Assert.That(Told().Select(told => told.To), Is.EqualTo(new[] { 30u, 40u }));
        for (var index = 0UL; index < 100; index++)
        {
            _marks.OnMark(Mark(Leader, Other with { Index = new LogIndex(100 + index) }), _now, _effects);
        }

        Assert.That(_marks.Kept, Is.EqualTo(LeaderMarks.PlacesOfLeader));
    }

    // What a leader has signed long ago anybody may send again, under whatever load.
    [Test]
    public void Old_marks_that_are_sent_again_take_the_place_of_none()
    {
        _marks.OnMark(Mark(Leader, Applied.Position), _now, _effects);
        for (var index = 0UL; index < 2 * LeaderMarks.PlacesOfLeader; index++)
        {
            _marks.OnMark(Mark(Leader, Other with { Term = new Term(0), Index = new LogIndex(100 + index) }), _now, _effects);
        }

        _marks.OnMarked(Applied, _now, _effects);

        Assert.That(_marks.TakeReady(), Is.EqualTo(Applied));
        Assert.That(_marks.Kept, Is.EqualTo(LeaderMarks.PlacesOfLeader));
    }

    private LogPosition Other => Applied.Position with { Chain = FakeKeys.Hash(99) };

    private MarkNotice Mark(NodeId leader, LogPosition position) => new(_group.First.Tag, leader, position, _epoch.Say(position).Sign(_group.Keys.Signer(leader.Value)));

    private (uint To, MarkNotice Mark)[] Told() => [.. _effects.Messages.Select(sent => (sent.To.Value, (MarkNotice)sent.Message))];
}
