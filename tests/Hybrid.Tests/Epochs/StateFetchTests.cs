using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>How node 10 gets the state at the beginning of epoch 1 from nodes 20, 30 and 40, of whom one may lie.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StateFetchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly StateFetch _fetch = new(new NodeId(10));
    private readonly Group _group = new();
    private readonly HandoverCertificate _target;
    private readonly SnapshotDescriptor _snapshot;
    private Ticks _now = new(1000);

    public StateFetchTests()
    {
        _target = _group.Beginning(_group.First);
        _snapshot = Snapshots.Of(_target);
        _fetch.Begin(FetchedState.AtBeginning(_target), _now);
        Wait(TimeSpan.Zero);
    }

    [Test]
    public void Everybody_is_asked_which_snapshot_it_has()
    {
        Assert.That(_effects.Messages.Select(sent => (sent.To.Value, sent.Message)), Is.EqualTo(((uint[])[20, 30, 40]).Select(id => (id, (ProtocolMessage)new StateRequest(new Epoch(1))))));
        Wait(Patience);
        Assert.That(_effects.Messages, Has.Count.EqualTo(6), "and again");
    }

    [Test]
    public void One_member_is_not_believed_and_two_that_say_the_same_are()
    {
        Offer(20);
        Offer(20);
        Assert.That(Parts, Is.Empty);
        Offer(40);

        Assert.That(Parts, Is.EqualTo(new[] { (40U, 0L) }));
    }

    [Test]
    public void Two_that_say_different_things_are_not_believed()
    {
        Offer(20);
        Offer(30, _snapshot with { Checksum = FakeKeys.Hash(5) });
        Assert.That(Parts, Is.Empty);
        Offer(40);

        Assert.That(Parts, Is.EqualTo(new[] { (40U, 0L) }));
    }

    // A liar and one that it has deceived, or two that are behind: nothing counts that is not the certified state.
    [Test]
    public void What_is_not_the_certified_state_is_not_taken_however_many_say_it()
    {
        var other = _group.Beginning(_group.First, EpochProtocol.HotStuff);
        SnapshotDescriptor[] lies =
        [
            _snapshot with { StateHash = FakeKeys.Hash(5) },
            _snapshot with { Position = _snapshot.Position with { Index = new LogIndex(9) } },
            _snapshot with { Position = _snapshot.Position with { Chain = FakeKeys.Hash(5) } },
            _snapshot with { Position = _target.Next.Start },
            _snapshot with { Epoch = new Epoch(2) },
            _snapshot with { Length = 0 },
            Snapshots.Of(other),
        ];
        foreach (var lie in lies)
        {
            Offer(20, lie);
            Offer(30, lie);
            Offer(40, lie);
        }

        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public void Parts_that_were_asked_for_are_stored_until_the_state_is_whole()
    {
        Agree();
        Send(30, 0, 60);
        Assert.That(Stored(60), Is.Null);
        Send(30, 60, 40);
        var whole = Stored(100, isComplete: true)!.Value;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stores.Select(store => (store.From.Value, store.Snapshot, store.Offset, store.Data.Length)), Is.EqualTo(new[] { (30U, _snapshot, 0L, 60), (30U, _snapshot, 60L, 40) }));
            Assert.That(whole.State, Is.EqualTo(FetchedState.AtBeginning(_target)));
            Assert.That(whole.Snapshot, Is.EqualTo(_snapshot));
        }
    }

    [Test]
    public void What_comes_from_somebody_else_or_was_not_asked_for_is_not_stored()
    {
        Send(30, 0, 60);
        Agree();
        Send(20, 0, 60);
        Send(40, 0, 60);
        Send(30, 60, 40);
        Send(30, 0, 60, epoch: 2);

        Assert.That(Stores, Is.Empty);
    }

    [Test]
    public void A_source_that_stops_is_replaced_by_another_that_has_the_same()
    {
        Agree();
        Send(30, 0, 60);
        Stored(60);
        Wait(Patience);
        Assert.That(Parts.Last(), Is.EqualTo((20U, 60L)), "40 has offered nothing");
        Wait(Patience);

        Assert.That(Parts.Last(), Is.EqualTo((30U, 60L)));
    }

    [Test]
    public void A_source_that_has_it_no_more_is_replaced_at_once()
    {
        Agree();
        Send(30, 0, 0);
        Wait(TimeSpan.Zero);

        Assert.That(Parts.Last(), Is.EqualTo((20U, 0L)));
        Assert.That(Stores, Is.Empty);
    }

    [Test]
    public void What_was_not_what_was_promised_is_fetched_again_from_another()
    {
        Agree();
        Send(30, 0, 100);
        Assert.That(Stored(0), Is.Null, "its checksum was wrong");
        Wait(Patience);

        Assert.That(Parts.Last(), Is.EqualTo((20U, 0L)));
    }

    [Test]
    public void What_is_stored_of_another_snapshot_changes_nothing()
    {
        Agree();
        var asked = Parts.Count();

        Assert.That(_fetch.OnStored(new SnapshotChunkStored(new NodeId(30), Snapshots.Of(5), 100, true), _now, _effects), Is.Null);
        Assert.That(Parts.Count(), Is.EqualTo(asked));
    }

    [Test]
    public void The_state_of_a_later_epoch_is_fetched_in_its_place()
    {
        Agree();
        var later = _group.Beginning(_target.Next, EpochProtocol.HotStuff);

        _fetch.Begin(FetchedState.AtBeginning(later), _now);
        Send(30, 0, 60);
        Wait(TimeSpan.Zero);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stores, Is.Empty);
            Assert.That(_effects.Messages[^1].Message, Is.EqualTo(new StateRequest(new Epoch(2))));
        }

        Offer(20);
        Offer(30);
        var asked = Parts.Count();
        Offer(20, Snapshots.Of(later));
        Offer(40, Snapshots.Of(later));
        Assert.That(Parts.Skip(asked), Is.EqualTo(new[] { (40U, 0L) }));
    }

    // The next epoch has not begun, and perhaps cannot without this replica.
    [Test]
    public void The_state_at_the_end_of_an_epoch_is_asked_for_as_that_which_the_next_begins_with()
    {
        var said = Group.Ending(_target.Next, EpochProtocol.Raft);
        _fetch.Begin(FetchedState.AtEnd(_target.Next, said), _now);
        Wait(TimeSpan.Zero);
        Assert.That(_effects.Messages[^1].Message, Is.EqualTo(new StateRequest(new Epoch(2))));

        var end = Snapshots.At(said.Next.Start, new Epoch(1)) with { StateHash = said.StateHash };
        foreach (var other in (SnapshotDescriptor[])[end with { StateHash = FakeKeys.Hash(9) }, end with { Epoch = new Epoch(2) }, end with { Position = end.Position with { Term = new Term(9) } }, Snapshots.Of(_target)])
        {
            Offer(20, other);
            Offer(30, other);
            Assert.That(Parts, Is.Empty);
        }

        Offer(20, end);
        Offer(30, end);
        Assert.That(Parts, Is.EqualTo(new[] { (30U, 0L) }));
    }

    [Test]
    public void Beginning_again_with_the_same_changes_nothing()
    {
        Agree();
        Send(30, 0, 60);
        Stored(60);

        _fetch.Begin(FetchedState.AtBeginning(_target), _now);
        Wait(Patience);

        Assert.That(Parts.Last(), Is.EqualTo((20U, 60L)));
    }

    [Test]
    public void Nothing_is_fetched_any_more_when_it_is_not_needed()
    {
        Agree();
        _fetch.End();
        Send(30, 0, 60);

        Assert.That(Stores, Is.Empty);
        Assert.That(_fetch.Deadline, Is.EqualTo(Ticks.Never));
    }

    internal sealed record SomeMessage : ProtocolMessage;

    private IEnumerable<(uint From, long Offset)> Parts =>
        _effects.Messages.Where(sent => sent.Message is StatePartRequest).Select(sent => (sent.To.Value, ((StatePartRequest)sent.Message).Offset));

    private IEnumerable<StoreSnapshotChunk> Stores => _effects.Requests.Cast<StoreSnapshotChunk>();

    private void Agree()
    {
        Offer(20);
        Offer(30);
    }

    private void Offer(uint from, SnapshotDescriptor? snapshot = null) => _fetch.OnOffer(new NodeId(from), snapshot ?? _snapshot, _now, _effects);

    private void Send(uint from, long offset, int length, ulong epoch = 1) =>
        _fetch.OnPart(new NodeId(from), new StatePart(new Epoch(epoch), offset, new byte[length]), _now, _effects);

    private (FetchedState State, SnapshotDescriptor Snapshot)? Stored(long next, bool isComplete = false) =>
        _fetch.OnStored(new SnapshotChunkStored(new NodeId(30), _snapshot, next, isComplete), _now, _effects);

    private void Wait(TimeSpan time)
    {
        _now += time;
        _fetch.Advance(_now, _effects);
    }
}
