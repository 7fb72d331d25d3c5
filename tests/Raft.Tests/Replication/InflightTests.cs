using Consensus.Raft.Replication;

namespace Consensus.Raft.Tests.Replication;

[TestFixture]
public sealed class InflightTests
{
    [Test]
    public void The_window_is_full_when_it_has_as_many_messages_as_allowed()
    {
        var window = new Inflight(messagesMax: 2, bytesMax: 1000);
        Assert.That((window.IsFull, window.Count), Is.EqualTo((false, 0)));
        window.Add(new LogIndex(1), 1);
        Assert.That((window.IsFull, window.Count), Is.EqualTo((false, 1)));
        window.Add(new LogIndex(2), 1);
        Assert.That((window.IsFull, window.Count), Is.EqualTo((true, 2)));
    }

    [Test]
    public void The_window_is_full_when_it_has_as_many_bytes_as_allowed()
    {
        var window = new Inflight(messagesMax: 100, bytesMax: 10);
        window.Add(new LogIndex(1), 9);
        Assert.That(window.IsFull, Is.False);
        window.Add(new LogIndex(2), 1);
        Assert.That(window.IsFull, Is.True);
        window.FreeUpTo(new LogIndex(1));
        Assert.That(window.IsFull, Is.False, "the bytes of acknowledged messages are free again");
    }

    [TestCase(0UL, 3)]
    [TestCase(9UL, 3)]
    [TestCase(10UL, 2)]
    [TestCase(11UL, 2)]
    [TestCase(29UL, 1)]
    [TestCase(30UL, 0)]
    [TestCase(ulong.MaxValue, 0)]
    public void An_acknowledgement_frees_the_messages_that_it_covers_entirely(ulong match, int left)
    {
        var window = new Inflight(messagesMax: 3, bytesMax: 1000);
        foreach (var last in new ulong[] { 10, 20, 30 })
        {
            window.Add(new LogIndex(last), 1);
        }

        window.FreeUpTo(new LogIndex(match));

        Assert.That(window.Count, Is.EqualTo(left));
        Assert.That(window.IsFull, Is.EqualTo(left == 3));
    }

    [Test]
    public void An_answer_to_a_heartbeat_frees_the_oldest_message()
    {
        var window = new Inflight(messagesMax: 2, bytesMax: 10);
        window.FreeOldest();
        window.Add(new LogIndex(1), 10);
        window.Add(new LogIndex(2), 1);
        window.FreeOldest();
        Assert.That((window.IsFull, window.Count), Is.EqualTo((false, 1)));
        window.FreeUpTo(new LogIndex(1));
        Assert.That(window.Count, Is.EqualTo(1), "the one that is left is the younger");
    }

    [Test]
    public void A_cleared_window_is_empty_in_messages_and_bytes()
    {
        var window = new Inflight(messagesMax: 2, bytesMax: 10);
        window.Add(new LogIndex(1), 10);
        window.Add(new LogIndex(2), 10);
        window.Clear();
        Assert.That((window.IsFull, window.Count), Is.EqualTo((false, 0)));
        window.Add(new LogIndex(3), 9);
        Assert.That(window.IsFull, Is.False);
    }
}
