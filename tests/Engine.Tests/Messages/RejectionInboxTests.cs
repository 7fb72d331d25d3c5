namespace Consensus.Engine.Tests.Messages;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RejectionInboxTests
{
    private static readonly ClusterMembership Members = new([new Member(new NodeId(1), "a:1"), new Member(new NodeId(2), "b:1")], []);

    private readonly List<RejectionInbox.Pending> _posted = [];
    private readonly RejectionInbox _inbox;

    public RejectionInboxTests() => _inbox = new RejectionInbox(item =>
    {
        lock (_posted)
        {
            _posted.Add((RejectionInbox.Pending)item);
        }
    });

    [Test]
    public void One_item_of_a_member_waits_however_many_come_and_says_how_many()
    {
        for (var i = 0; i < 1000; i++)
        {
            _inbox.OnRejected(new NodeId(1), Members);
        }

        _inbox.OnRejected(new NodeId(2), Members);
        Assert.That(_posted, Has.Count.EqualTo(2));
        Assert.That(_posted.Select(item => item.Take()), Is.EqualTo(new[] { new MessagesRejected(new NodeId(1), 1000), new MessagesRejected(new NodeId(2), 1) }));

        _inbox.OnRejected(new NodeId(1), Members);
        Assert.That(_posted, Has.Count.EqualTo(3), "after the loop has heard of it, again");
        Assert.That(_posted[^1].Take(), Is.EqualTo(new MessagesRejected(new NodeId(1), 1)));
    }

    [Test]
    public void Of_who_is_no_member_nothing_is_kept()
    {
        _inbox.OnRejected(new NodeId(3), Members);

        Assert.That(_posted, Is.Empty);
    }

    [Test]
    public void From_several_threads_none_is_lost_or_counted_twice()
    {
        var heard = 0;
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                _inbox.OnRejected(new NodeId(1), Members);
                RejectionInbox.Pending? taken = null;
                lock (_posted)
                {
                    if (_posted.Count > 0)
                    {
                        taken = _posted[0];
                        _posted.RemoveAt(0);
                    }
                }

                if (taken is not null)
                {
                    Interlocked.Add(ref heard, taken.Take().Count);
                }
            }
        });

        heard += _posted.Sum(item => item.Take().Count);
        Assert.That(heard, Is.EqualTo(80_000));
    }
}
