using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Tests.Floors;
using Consensus.Hybrid.Threat;
using Consensus.Raft.Messages;

namespace Consensus.Hybrid.Tests.Threat;

/// <summary>What member 10 of four notices of who leads it in term 1 of an epoch of Raft, when it was started with three entries and has got three more since.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LeaderWatchTests
{
    private static readonly NodeId Leader = new(20);
    private static readonly TimeSpan Error = TimeSpan.FromSeconds(10);
    private static readonly Timestamp Clock = new(1_000_000);

    private readonly LogEntry[] _log = Epochs.Group.Log(6);
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly ScriptedCore _core;
    private readonly LeaderWatch _watch;
    private Ticks _now = new(1000);

    public LeaderWatchTests()
    {
        var group = new Epochs.Group();
        var known = group.Know(group.First);
        _core = new ScriptedCore(_log[..3]) { Leader = Leader };
        _watch = new LeaderWatch(new RunningEpoch(known, _core, new EpochScope(known, group.Keys, LogPosition.Origin, default)), Error);
    }

    [Test]
    public void A_leader_that_goes_on_behind_what_it_has_sent_is_none_that_alters_it()
    {
        Append(Leader, At(3), _log[3..]);
        _core.Log = _log;
        Append(Leader, At(6));
        Append(Leader, At(4));

        Assert.That(_effects.Events, Is.Empty);
    }

    [Test]
    public void A_leader_that_goes_on_behind_another_entry_than_it_has_sent_has_altered_one()
    {
        Append(Leader, At(3), _log[3..]);
        _core.Log = _log;
        Append(Leader, At(6) with { Chain = FakeKeys.Hash(9) });

        Assert.That(_effects.Events, Is.EqualTo(new[] { new TamperingDetected(Leader, "entry 6 of term 1, in which it leads, is another one than it has sent before") }));
    }

    [Test]
    public void It_is_told_once_a_second()
    {
        Append(Leader, At(3), _log[3..]);
        _core.Log = _log;
        for (var i = 0; i < 100; i++)
        {
            Append(Leader, At(6) with { Chain = FakeKeys.Hash(9) });
            _now += TimeSpan.FromMilliseconds(100);
        }

        Assert.That(_effects.Events, Has.Count.EqualTo(10));
    }

    // They may be what a liar sent that claimed to lead, before this replica was started.
    [Test]
    public void For_what_was_here_already_nobody_answers()
    {
        Append(Leader, At(3) with { Chain = FakeKeys.Hash(9) });
        Append(Leader, At(2) with { Chain = FakeKeys.Hash(9) });

        Assert.That(_effects.Events, Is.Empty);
    }

    // The leader of that term may have lied to this replica, or to whoever leads now.
    [Test]
    public void For_what_came_from_the_leader_of_an_earlier_term_one_does_not_answer()
    {
        Append(Leader, At(3), _log[3..]);
        _core.Log = _log;
        _core.Term = 2;
        Append(new NodeId(30), At(6) with { Chain = FakeKeys.Hash(9) }, term: 2);

        Assert.That(_effects.Events, Is.Empty);
    }

    // It has them from whoever led before, and has sent them itself.
    [Test]
    public void For_entries_of_an_earlier_term_that_it_has_sent_itself_a_leader_answers()
    {
        _core.Term = 2;
        Append(Leader, At(3), _log[3..], term: 2);
        _core.Log = _log;
        Append(Leader, At(6) with { Chain = FakeKeys.Hash(9) }, term: 2);

        Assert.That(_effects.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public void Where_two_claim_to_lead_in_a_term_nobody_knows_which_of_them_lies([Values] bool isSnapshot)
    {
        Append(Leader, At(3), _log[3..]);
        _core.Log = _log;
        if (isSnapshot)
        {
            _watch.OnMessage(new NodeId(30), new SnapshotChunk(new Term(1), Epochs.Snapshots.Of(9), 0, default), _now, Clock, _effects);
        }
        else
        {
            Append(new NodeId(30), At(6));
        }

        Append(Leader, At(6) with { Chain = FakeKeys.Hash(9) });
        Append(new NodeId(30), At(6) with { Chain = FakeKeys.Hash(9) });

        Assert.That(_effects.Events, Is.Empty);
    }

    [Test]
    public void What_comes_from_a_term_that_is_over_says_nothing()
    {
        Append(Leader, At(3), _log[3..]);
        _core.Log = _log;
        _core.Term = 2;
        Append(Leader, At(6) with { Chain = FakeKeys.Hash(9) });

        Assert.That(_effects.Events, Is.Empty);
    }

    [Test]
    public void What_is_not_here_cannot_be_compared()
    {
        Append(Leader, At(3), _log[3..]);
        Append(Leader, At(6) with { Chain = FakeKeys.Hash(9) });
        Append(Leader, At(3) with { Term = new Term(7), Chain = FakeKeys.Hash(9) });

        Assert.That(_effects.Events, Is.Empty);
    }

    [TestCase(10_000, false)]
    [TestCase(10_001, true)]
    public void Who_sets_the_log_s_time_further_ahead_than_clocks_may_be_wrong_is_told_of(int aheadMs, bool isTold)
    {
        var time = new Timestamp(Clock.UnixMilliseconds + aheadMs);
        Append(Leader, At(3), [_log[3] with { Time = time }]);

        Assert.That(_effects.Events, Is.EqualTo(isTold ? new[] { new TimestampOutOfRange(Leader, time, Clock) } : []));
    }

    [Test]
    public void Who_goes_on_with_a_time_that_was_in_the_log_before_has_not_set_it()
    {
        var time = new Timestamp(Clock.UnixMilliseconds + 100_000);
        _core.Log = [.. _log[..2], _log[2] with { Time = time }];
        Append(Leader, At(3), [_log[3] with { Time = time }, _log[4] with { Time = Clock }, _log[5] with { Time = time }]);

        Assert.That(_effects.Events, Is.Empty);
    }

    [Test]
    public void For_times_of_an_earlier_term_a_leader_does_not_answer()
    {
        _core.Term = 2;
        Append(Leader, At(3), [_log[3] with { Time = new Timestamp(long.MaxValue) }], term: 2);

        Assert.That(_effects.Events, Is.Empty);
    }

    [Test]
    public void Times_are_told_once_a_minute()
    {
        for (var second = 0; second < 120; second++)
        {
            Append(Leader, At(3), [_log[3] with { Time = new Timestamp(long.MaxValue) }]);
            _now += TimeSpan.FromSeconds(1);
        }

        Assert.That(_effects.Events, Has.Count.EqualTo(2));
    }

    // Otherwise it would have to answer for another one's clock.
    [Test]
    public void What_others_pass_on_a_leader_takes_no_later_than_its_own_clock_shows([Values(-1, 0, 1)] int aheadMs)
    {
        var forwarded = new ForwardedProposals(new Term(1), 5, 6, new Timestamp(Clock.UnixMilliseconds + aheadMs), default);
        var taken = _watch.OnMessage(new NodeId(30), forwarded, _now, Clock, _effects);

        Assert.That(taken, Is.EqualTo(aheadMs > 0 ? forwarded with { Time = Clock } : forwarded));
    }

    private LogPosition At(int index) => Epochs.Group.At(_log[index - 1]);

    private void Append(NodeId from, LogPosition previous, LogEntry[]? entries = null, ulong term = 1)
    {
        var append = new AppendRequest(new Term(term), previous, default, entries);
        Assert.That(_watch.OnMessage(from, append, _now, Clock, _effects), Is.SameAs(append), "Raft takes it as it is");
    }
}
