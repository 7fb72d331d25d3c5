namespace Consensus.Hybrid.Tests.Floors;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FloorVotesTests
{
    private readonly FloorBench _bench = new();
    private readonly FloorVotes _votes;

    public FloorVotesTests() => _votes = new FloorVotes(_bench.Known);

    [Test]
    public void The_vote_that_makes_a_quorum_brings_the_certificate_and_later_ones_bring_none()
    {
        Assert.That(Add(10, _bench.ContentAt(5)), Is.Null);
        Assert.That(Add(20, _bench.ContentAt(5)), Is.Null);
        var floor = Add(40, _bench.ContentAt(5));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(floor!.Content, Is.EqualTo(_bench.ContentAt(5)));
            Assert.That(floor.DefectIn(_bench.Known), Is.Null);
            Assert.That(Add(30, _bench.ContentAt(5)), Is.Null);
        }
    }

    [Test]
    public void A_member_counts_once_however_often_it_speaks_and_its_second_word_does_not_count()
    {
        Add(10, _bench.ContentAt(5, state: 2));
        Add(20, _bench.ContentAt(5));
        Add(20, _bench.ContentAt(5));
        Add(30, _bench.ContentAt(5));

        Assert.That(Add(10, _bench.ContentAt(5)), Is.Null, "10 has said something else before");
        Assert.That(Add(40, _bench.ContentAt(5)), Is.Not.Null);
    }

    [Test]
    public void What_a_member_has_not_signed_and_who_is_no_member_does_not_count()
    {
        var content = _bench.ContentAt(5);
        _votes.Add(new NodeId(10), content, _bench.Sign(10, content));
        _votes.Add(new NodeId(20), content, _bench.Sign(10, content));
        _votes.Add(new NodeId(30), content, _bench.Sign(30, _bench.ContentAt(5, state: 2)));
        _votes.Add(new NodeId(50), content, _bench.Sign(50, content));

        Assert.That(Add(40, content), Is.Null);
        Assert.That(Add(30, content), Is.Not.Null, "a forged vote keeps nobody from voting");
    }

    [Test]
    public void What_nobody_has_signed_takes_no_space()
    {
        for (ulong index = 1; index <= 10; index++)
        {
            _votes.Add(new NodeId(20), _bench.ContentAt(index), default);
        }

        Assert.That(_votes.Count, Is.Zero);
    }

    [Test]
    public void Of_each_member_the_last_eight_places_are_kept()
    {
        for (ulong index = 1; index <= 10; index++)
        {
            Add(20, _bench.ContentAt(index));
            Add(30, _bench.ContentAt(index));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_votes.Count, Is.EqualTo(8));
            Assert.That(Add(40, _bench.ContentAt(2)), Is.Null, "the others' votes are forgotten");
            Assert.That(Add(40, _bench.ContentAt(3)), Is.Not.Null);
        }
    }

    [Test]
    public void Below_a_floor_nothing_is_kept()
    {
        for (ulong index = 1; index <= 6; index++)
        {
            Add(20, _bench.ContentAt(index));
        }

        _votes.ForgetUpTo(new LogIndex(4));

        Assert.That(_votes.Count, Is.EqualTo(2));
    }

    private FloorCertificate? Add(uint member, FloorContent content) => _votes.Add(new NodeId(member), content, _bench.Sign(member, content));
}
