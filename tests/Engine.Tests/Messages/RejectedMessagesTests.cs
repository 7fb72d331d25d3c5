using Consensus.Engine.Tests.Lanes;

namespace Consensus.Engine.Tests.Messages;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RejectedMessagesTests
{
    private static readonly ClusterMembership Three = new([.. Enumerable.Range(1, 3).Select(id => new Member(new NodeId((uint)id), "a"))], []);

    private readonly VirtualLanes _time = new();
    private readonly ReplicaEvents _events = new();
    private readonly RejectedMessages _rejected;
    private readonly IAsyncEnumerable<ConsensusEvent> _reader;

    public RejectedMessagesTests()
    {
        _rejected = new RejectedMessages(_time, _events);
        _reader = _events.Subscribe(default);
    }

    [Test]
    public async Task A_peer_is_told_of_once_a_second_with_the_number_of_those_left_out()
    {
        Reject(2, "a");
        Reject(2, "b");
        _time.Run(TimeSpan.FromMilliseconds(999));
        Reject(2, "c");
        _time.Run(TimeSpan.FromMilliseconds(1));
        Reject(2, "d");
        _time.Run(TimeSpan.FromSeconds(1));
        Reject(2, "e");

        Assert.That(await ToldAsync(), Is.EqualTo(new[] { Told(2, "a", 0), Told(2, "d", 2), Told(2, "e", 0) }));
        Assert.That(_rejected.Count, Is.EqualTo(5));
    }

    [Test]
    public async Task A_peer_does_not_hide_another()
    {
        Reject(2, "a");
        Reject(3, "b");

        Assert.That(await ToldAsync(), Is.EqualTo(new[] { Told(2, "a", 0), Told(3, "b", 0) }));
    }

    [Test]
    public async Task Numbers_that_are_no_members_share_a_place()
    {
        for (var id = 4U; id < 1000; id++)
        {
            Reject(id, "a");
        }

        Assert.That(_rejected.Peers, Is.EqualTo(1));
        Assert.That(await ToldAsync(), Is.EqualTo(new[] { Told(4, "a", 0) }));
        Assert.That(_rejected.Count, Is.EqualTo(996), "each is counted");
    }

    [Test]
    public void Those_who_have_left_the_group_are_forgotten()
    {
        Reject(2, "a");
        Reject(9, "a");
        var without = Three with { Members = Three.Members.RemoveAt(1) };

        _rejected.OnRejected(new NodeId(3), "a", without);

        Assert.That(_rejected.Peers, Is.EqualTo(2), "the third, and strangers");
    }

    private static MessageRejected Told(uint peer, string reason, long leftOut) => new(new NodeId(peer), reason, leftOut);

    private void Reject(uint peer, string reason) => _rejected.OnRejected(new NodeId(peer), reason, Three);

    private async Task<ConsensusEvent[]> ToldAsync()
    {
        var end = new ReplicaStopped(ConsensusFailure.Stopped, "");
        _events.Close(end);
        var told = new List<ConsensusEvent>();
        await foreach (var happening in _reader)
        {
            told.Add(happening);
        }

        Assert.That(told[^1], Is.EqualTo(end));
        return [.. told[..^1]];
    }
}
