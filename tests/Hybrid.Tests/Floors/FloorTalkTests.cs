using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid.Tests.Floors;

/// <summary>What replicas tell each other of floors, how often, and what it may cost.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FloorTalkTests
{
    private readonly FloorBench _bench = new();

    public FloorTalkTests() => _bench.Apply(10);

    [Test]
    public void A_vote_leaves_when_what_it_rests_on_is_on_disk_and_is_said_again_until_there_is_a_floor()
    {
        _bench.Mark(5);
        var first = _bench.TakeSent();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Select(sent => sent.To), Is.EqualTo(new uint[] { 20, 30, 40 }));
            Assert.That(first.Select(sent => ((FloorVote)sent.Message).AfterLsn), Is.All.EqualTo(new Lsn(7)), "the last record so far");
            Assert.That(first.Select(sent => _bench.Known.IsSigned(new NodeId(10), (FloorVote)sent.Message)), Is.All.True);
        }

        _bench.Wait(99);
        _bench.Turn();
        Assert.That(_bench.TakeSent(), Is.Empty);
        _bench.Wait(1);
        _bench.Turn();
        Assert.That(_bench.TakeSent().Select(sent => sent.Message), Has.Exactly(3).InstanceOf<FloorVote>());
    }

    [Test]
    public void Who_has_a_floor_says_so_until_it_counts_and_then_is_silent()
    {
        _bench.HaveOnDisk(5);
        for (var i = 0; i < 2; i++)
        {
            Assert.That(_bench.Desk.Deadline, Is.EqualTo(_bench.Now + TimeSpan.FromMilliseconds(100)));
            _bench.Wait(100);
            _bench.Turn();
            Assert.That(_bench.TakeSent().Select(sent => sent.Message), Has.Exactly(3).InstanceOf<FloorHeld>());
        }

        _bench.Hold(20, 5, counted: 5);
        _bench.Hold(30, 5, counted: 5);
        _bench.Wait(100);
        _bench.Turn();

        Assert.That(_bench.TakeSent(), Is.Empty);
        Assert.That(_bench.Desk.Deadline, Is.EqualTo(Ticks.Never));
    }

    [Test]
    public void Who_speaks_of_a_place_below_gets_the_certificate_once_in_a_while()
    {
        _bench.HaveOnDisk(5);
        _bench.Vote(20, _bench.ContentAt(4));
        _bench.Hold(20, 3, counted: 5);
        _bench.Hold(30, 0, counted: 5);

        Assert.That(
            _bench.TakeSent().Select(sent => (sent.To, ((FloorProof)sent.Message).Certificate!.Position.Index.Value)),
            Is.EqualTo(new[] { (20U, 5UL), (30U, 5UL) }));

        _bench.Wait(100);
        _bench.Vote(20, _bench.ContentAt(4));
        Assert.That(_bench.TakeSent(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Who_does_not_count_the_floor_yet_is_told_again_that_it_is_held()
    {
        _bench.HaveOnDisk(5);
        _bench.Hold(20, 5, counted: 5);
        Assert.That(_bench.TakeSent(), Is.Empty);

        _bench.Hold(30, 5, counted: 4);
        _bench.Hold(30, 5, counted: 4);
        Assert.That(_bench.TakeSent().Select(sent => (sent.To, sent.Message is FloorHeld)), Is.EqualTo(new[] { (30U, true) }));
    }

    [Test]
    public void A_replica_without_a_floor_proves_nothing()
    {
        _bench.Hold(20, 0);
        _bench.Vote(20, FloorBench.ForeignAt(0));

        Assert.That(_bench.TakeSent(), Is.Empty);
    }

    [Test]
    public void A_place_below_the_floor_is_not_signed_any_more()
    {
        _bench.HaveOnDisk(5);
        _bench.Mark(5);
        _bench.Mark(3);

        Assert.That(_bench.TakeSent(), Is.Empty);
        Assert.That(_bench.Desk.Places, Is.Zero);
    }

    [Test]
    public void A_liar_that_votes_for_a_thousand_places_keeps_eight_of_them_and_no_other_vote_is_lost()
    {
        _bench.Mark(5);
        _bench.Vote(20, _bench.ContentAt(5, state: 2));
        for (ulong index = 11; index < 1011; index++)
        {
            _bench.Vote(20, FloorBench.ForeignAt(index));
        }

        Assert.That(_bench.Desk.Places, Is.EqualTo(9));
        _bench.Vote(30, _bench.ContentAt(5));
        _bench.Vote(40, _bench.ContentAt(5));
        _bench.Turn();
        _bench.Flush();
        Assert.That(_bench.Held, Is.EqualTo(5));
    }
}
