namespace Consensus.Hybrid.Tests.Epochs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HandoverVotesTests
{
    private readonly Group _group = new();
    private readonly HandoverContent _content;
    private readonly HandoverVotes _votes;

    public HandoverVotesTests()
    {
        _content = Group.Ending(_group.First);
        _votes = new HandoverVotes(_group.Know(_group.First));
    }

    [Test]
    public void What_one_more_says_than_may_lie_is_believed_and_what_a_quorum_says_is_certified()
    {
        Say(10, _content);
        Assert.That(_votes.Believed, Is.Null);
        Say(20, _content);
        Assert.That(_votes.Believed, Is.EqualTo(_content));
        Assert.That(_votes.Certificate, Is.Null);
        Say(40, _content);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_votes.Certificate!.Content, Is.EqualTo(_content));
            Assert.That(_votes.Certificate.DefectAfter(_group.First, _group.Know(_group.First).Verifier), Is.Null);
        }
    }

    [Test]
    public void A_member_counts_once_however_often_it_speaks()
    {
        for (var i = 0; i < 4; i++)
        {
            Assert.That(Say(10, _content), Is.Null);
        }

        Assert.That(_votes.Believed, Is.Null);
        Assert.That(_votes.Certificate, Is.Null);
    }

    [Test]
    public void Members_that_say_different_things_certify_nothing()
    {
        Say(10, _content);
        Say(20, Group.Ending(_group.First, state: 2));
        Say(30, Group.Ending(_group.First, index: 8));
        Say(40, Group.Ending(_group.First, EpochProtocol.HotStuff));

        Assert.That(_votes.Believed, Is.Null);
        Assert.That(_votes.Certificate, Is.Null);
    }

    [Test]
    public void Whoever_says_two_things_is_convicted_and_the_second_does_not_count()
    {
        var other = Group.Ending(_group.First, state: 2);
        Say(10, _content);
        var conflict = Say(10, other)!;
        Say(20, other);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(EquivocationEvidence.TryCreate(conflict.First, conflict.Second, out var evidence, out _), Is.True);
            Assert.That(evidence!.Signer, Is.EqualTo(new NodeId(10)));
            Assert.That(_votes.Believed, Is.Null, "one has said the first, and one the other");
        }
    }

    [Test]
    public void What_a_member_has_not_signed_does_not_count()
    {
        _votes.Add(new NodeId(10), _content, _group.Sign(10, _group.First, _content));
        _votes.Add(new NodeId(20), _content, _group.Sign(10, _group.First, _content));
        _votes.Add(new NodeId(30), _content, _group.Sign(30, _content.Next, _content));
        _votes.Add(new NodeId(50), _content, _group.Sign(50, _group.First, _content));

        Assert.That(_votes.Believed, Is.Null);
    }

    [Test]
    public void What_begins_nothing_behind_the_epoch_does_not_count()
    {
        var far = Group.Ending(_content.Next);
        var sibling = Group.Ending(Group.Ending(_group.First, EpochProtocol.HotStuff).Next);
        var stranger = Group.Ending(EpochDescriptor.First(Group.Cluster, EpochProtocol.Pbft, _group.Members, []));
        foreach (var content in new[] { far, sibling, stranger })
        {
            foreach (uint member in (uint[])[10, 20, 30])
            {
                Say(member, content);
            }
        }

        Assert.That(_votes.Believed, Is.Null);
        Assert.That(_votes.Certificate, Is.Null);
    }

    private ConflictingVotes? Say(uint member, HandoverContent content) => _votes.Add(new NodeId(member), content, _group.Sign(member, _group.First, content));
}
