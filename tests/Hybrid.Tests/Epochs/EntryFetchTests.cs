using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>How node 10 gets entries 3 to 7 from nodes 20, 30 and 40.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EntryFetchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly EntryFetch _fetch = new([new NodeId(20), new NodeId(30), new NodeId(40)]);
    private readonly LogEntry[] _log = Group.Log(7);
    private Ticks _now = new(1000);

    public EntryFetchTests()
    {
        _fetch.Begin([Group.At(_log[1])], Group.At(_log[6]), _now);
        _fetch.Advance(_now, _effects);
    }

    [Test]
    public void One_member_is_asked_for_all_that_is_missing() => Assert.That(Asked, Is.EqualTo(new[] { (20U, 3UL, 7UL) }));

    [Test]
    public void What_comes_in_parts_is_whole_with_the_last_one()
    {
        Assert.That(Answer(20, _log[2..4]), Is.Null);
        var all = Answer(20, _log[4..])!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(all.Select(entry => (entry.Index, entry.Chain)), Is.EqualTo(_log[2..].Select(entry => (entry.Index, entry.Chain))));
            Assert.That(all.Select(entry => entry.Payload.ToArray()), Is.EqualTo(_log[2..].Select(entry => entry.Payload.ToArray())));
            Assert.That(Asked.Last(), Is.EqualTo((20U, 5UL, 7UL)));
            Assert.That(_fetch.IsUnderWay, Is.False);
            Assert.That(_fetch.Deadline, Is.EqualTo(Ticks.Never));
        }
    }

    // What is received lies in memory that is used again.
    [Test]
    public void What_was_received_is_copied()
    {
        var bytes = _log[2].Payload.ToArray();
        Answer(20, [_log[2] with { Payload = bytes }]);
        bytes[0]++;

        var all = Answer(20, _log[3..])!;

        Assert.That(all[0].Payload.ToArray(), Is.EqualTo(_log[2].Payload.ToArray()));
    }

    [Test]
    public void Entries_that_do_not_lead_to_the_end_are_dropped_and_another_member_is_asked()
    {
        var lies = (LogEntry[])_log.Clone();
        lies[3] = lies[3] with { Payload = new byte[] { 99 } };

        Assert.That(Answer(20, lies[2..]), Is.Null);
        Assert.That(Asked.Last(), Is.EqualTo((30U, 3UL, 7UL)), "from the first one on");
        Assert.That(_effects.Events, Is.EqualTo(new[] { new TamperingDetected(new NodeId(20), "the entries up to 7 lead elsewhere") }));
        Assert.That(Answer(30, _log[2..])!.Select(entry => entry.Chain), Is.EqualTo(_log[2..].Select(entry => entry.Chain)));
    }

    [Test]
    public void An_entry_of_another_kind_term_or_time_is_another_entry()
    {
        foreach (var lie in new[] { _log[4] with { Kind = EntryKind.NoOp }, _log[4] with { Term = new Term(2) }, _log[4] with { Time = new Timestamp(6) } })
        {
            var asked = Asked.Last().To;

            Assert.That(Answer(asked, [_log[2], _log[3], lie, _log[5], _log[6]]), Is.Null);
            Assert.That(Asked.Last().To, Is.Not.EqualTo(asked));
        }
    }

    [Test]
    public void More_than_was_asked_for_does_no_harm()
    {
        var all = Answer(20, [.. _log[2..], .. Group.Log(2, Group.At(_log[6]))]);

        Assert.That(all!.Select(entry => entry.Index.Value), Is.EqualTo(new ulong[] { 3, 4, 5, 6, 7 }));
    }

    // Whoever has the first and the last entry of what was asked for has what lies between: each answer says from where to where it leads.
    [Test]
    public void Who_alters_an_entry_in_one_of_several_answers_is_found_when_the_last_one_is_there()
    {
        Answer(20, _log[2], _log[3] with { Payload = new byte[] { 99 } });
        Assert.That(_effects.Events, Is.Empty);
        Answer(20, _log[4..]);

        Assert.That(_effects.Events.OfType<TamperingDetected>().Select(told => told.Peer.Value), Is.EqualTo(new[] { 20u }));
    }

    [Test]
    public void What_another_one_had_sent_before_is_on_nobody_else_s_account()
    {
        Answer(20, _log[2], _log[3] with { Payload = new byte[] { 99 } });
        Wait(Patience);

        Assert.That(Answer(30, _log[2..]), Is.Not.Null);
        Assert.That(_effects.Events, Is.Empty);
    }

    [Test]
    public void Whoever_has_nothing_is_left_for_another()
    {
        Answer(20);
        Assert.That(_effects.Events, Is.Empty, "and has done nothing wrong");

        Assert.That(Asked.Last(), Is.EqualTo((30U, 3UL, 7UL)));
    }

    [Test]
    public void Whoever_does_not_answer_is_left_for_another()
    {
        Wait(Patience - TimeSpan.FromTicks(1));
        Assert.That(Asked, Has.Exactly(1).Items);
        Wait(TimeSpan.FromTicks(1));

        Assert.That(Asked.Last(), Is.EqualTo((30U, 3UL, 7UL)));
        Assert.That(_fetch.Deadline, Is.EqualTo(_now + Patience));
    }

    [Test]
    public void What_another_one_sends_or_what_was_not_asked_for_is_not_taken()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Answer(30, _log[2..]), Is.Null);
            Assert.That(_fetch.OnAnswer(new NodeId(20), new EntriesAnswer(LogPosition.Origin, Group.At(_log[6]), _log), _now, _effects), Is.Null);
            Assert.That(_fetch.OnAnswer(new NodeId(20), new EntriesAnswer(Group.At(_log[1]), Group.At(_log[5]), _log.AsMemory(2)), _now, _effects), Is.Null);
            Assert.That(_fetch.OnAnswer(new NodeId(20), new EntriesAnswer(Group.Position(2), Group.At(_log[6]), _log.AsMemory(2)), _now, _effects), Is.Null, "behind another entry");
            Assert.That(Asked, Has.Exactly(1).Items, "nor does it change who is asked");
            Assert.That(Answer(20, _log[2..]), Is.Not.Null);
            Assert.That(Answer(20, _log[2..]), Is.Null, "it is over");
            Assert.That(_effects.Events, Is.Empty, "nor does it convict anybody");
        }
    }

    [Test]
    public void When_nobody_has_them_it_is_hopeless_and_goes_on()
    {
        foreach (uint member in (uint[])[20, 30, 40])
        {
            Assert.That(_fetch.IsHopeless, Is.False);
            Answer(member);
        }

        Assert.That(_fetch.IsHopeless, Is.True);
        Assert.That(Asked.Last().To, Is.EqualTo(20));
        Assert.That(Answer(20, _log[2..]), Is.Not.Null);
        Assert.That(_fetch.IsHopeless, Is.False);
    }

    [Test]
    public void Behind_the_first_place_as_little_as_possible_is_asked_for()
    {
        BeginBehind(5, 2);

        Assert.That(Asked.Last(), Is.EqualTo((30U, 6UL, 7UL)));
        Assert.That(Answer(30, _log[5..])!.Select(entry => entry.Index.Value), Is.EqualTo(new ulong[] { 6, 7 }));
    }

    // The last entries that are here are others than those that are kept.
    [Test]
    public void When_from_one_place_nobody_has_what_leads_to_the_end_all_are_asked_from_the_next_one_on()
    {
        _fetch.Begin([Group.At(Group.Entry(5, [99])), Group.At(_log[1])], Group.At(_log[6]), _now);
        _fetch.Advance(_now, _effects);
        foreach (uint member in (uint[])[30, 40, 20])
        {
            Assert.That(Asked.Last(), Is.EqualTo((member, 6UL, 7UL)));
            Assert.That(Answer(member, _log[5..]), Is.Null);
        }

        Assert.That(Asked.Last(), Is.EqualTo((30U, 3UL, 7UL)));
        Assert.That(_fetch.IsHopeless, Is.False);
        Assert.That(Answer(30, _log[2..])!.Select(entry => entry.Chain), Is.EqualTo(_log[2..].Select(entry => entry.Chain)));
    }

    [Test]
    public void When_nobody_has_them_from_any_place_it_is_hopeless_and_begins_with_the_first_one_again()
    {
        BeginBehind(5, 2);
        foreach (uint member in (uint[])[30, 40, 20, 30, 40, 20])
        {
            Assert.That(_fetch.IsHopeless, Is.False);
            Answer(member);
        }

        Assert.That(_fetch.IsHopeless, Is.True);
        Assert.That(Asked.Last(), Is.EqualTo((30U, 6UL, 7UL)));
    }

    private void BeginBehind(params int[] places)
    {
        _fetch.Begin([.. places.Select(place => Group.At(_log[place - 1]))], Group.At(_log[6]), _now);
        _fetch.Advance(_now, _effects);
    }

    private IEnumerable<(uint To, ulong First, ulong Last)> Asked =>
        Questions.Select(asked => (asked.To, asked.Request.Before.Index.Value + 1, asked.Request.Last.Index.Value));

    private IEnumerable<(uint To, EntriesRequest Request)> Questions => _effects.Messages.Select(sent => (sent.To.Value, (EntriesRequest)sent.Message));

    private IReadOnlyList<LogEntry>? Answer(uint from, params LogEntry[] entries)
    {
        // As the wire has them: without what they hash to.
        LogEntry[] bare = [.. entries.Select(entry => entry with { Chain = default })];
        var (_, asked) = Questions.Last();
        return _fetch.OnAnswer(new NodeId(from), new EntriesAnswer(asked.Before, asked.Last, bare), _now, _effects);
    }

    private void Wait(TimeSpan time)
    {
        _now += time;
        _fetch.Advance(_now, _effects);
    }
}
