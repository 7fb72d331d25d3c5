namespace Consensus.Engine.Tests.Hosting;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PeerBookTests
{
    private readonly RecordingTransport _transport = new();
    private readonly PeerBook _peers;

    public PeerBookTests() => _peers = new PeerBook(new NodeId(1), _transport);

    [Test]
    public void The_others_of_the_configuration_are_peers()
    {
        _peers.OnMembership(Members(1, 2, 3), new LogIndex(0));
        Assert.That(_transport.Peers, Is.EqualTo(new uint[] { 2, 3 }));
    }

    [Test]
    public void One_who_is_left_out_stays_a_peer_until_that_is_committed()
    {
        _peers.OnMembership(Members(1, 2, 3), new LogIndex(0));
        _peers.OnMembership(Members(1, 2), new LogIndex(9));
        Assert.That(_transport.Peers, Is.EquivalentTo(new uint[] { 2, 3 }));
        _peers.OnCommitted(new LogIndex(8), At(5_000));
        _peers.OnCommitted(new LogIndex(8), At(10_000));
        Assert.That(_transport.Peers, Is.EquivalentTo(new uint[] { 2, 3 }));
        _peers.OnCommitted(new LogIndex(9), At(20_000));
        _peers.OnCommitted(new LogIndex(9), At(20_999));
        Assert.That(_transport.Peers, Is.EquivalentTo(new uint[] { 2, 3 }), "the message that says so needs a moment to leave");
        _peers.OnCommitted(new LogIndex(9), At(21_000));
        Assert.That(_transport.Peers, Is.EqualTo(new uint[] { 2 }));
    }

    [Test]
    public void A_second_removal_begins_its_own_moment()
    {
        _peers.OnMembership(Members(1, 2, 3, 4), new LogIndex(0));
        _peers.OnMembership(Members(1, 2, 3), new LogIndex(9));
        _peers.OnCommitted(new LogIndex(9), At(0));
        _peers.OnMembership(Members(1, 2), new LogIndex(10));
        _peers.OnCommitted(new LogIndex(10), At(1_500));
        Assert.That(_transport.Peers, Is.EquivalentTo(new uint[] { 2, 3, 4 }));
        _peers.OnCommitted(new LogIndex(10), At(2_500));
        Assert.That(_transport.Peers, Is.EqualTo(new uint[] { 2 }));
    }

    [Test]
    public void A_removal_that_is_truncated_leaves_nothing_behind()
    {
        _peers.OnMembership(Members(1, 2, 3), new LogIndex(0));
        _peers.OnMembership(Members(1, 2), new LogIndex(9));
        _peers.OnMembership(Members(1, 2, 3), new LogIndex(0));
        _peers.OnCommitted(new LogIndex(1), At(0));
        _peers.OnCommitted(new LogIndex(1), At(1_000));
        Assert.That(_transport.Peers, Is.EqualTo(new uint[] { 2, 3 }));
    }

    [Test]
    public void A_member_that_was_added_in_vain_is_a_peer_no_longer()
    {
        _peers.OnMembership(Members(1, 2), new LogIndex(0));
        _peers.OnMembership(Members(1, 2, 4), new LogIndex(9));
        _peers.OnMembership(Members(1, 2), new LogIndex(0));
        _peers.OnCommitted(new LogIndex(1), At(0));
        _peers.OnCommitted(new LogIndex(1), At(1_000));
        Assert.That(_transport.Peers, Is.EqualTo(new uint[] { 2 }));
    }

    private static Ticks At(int milliseconds) => Ticks.Zero + TimeSpan.FromMilliseconds(milliseconds);

    private static ClusterMembership Members(params uint[] ids) => new([.. ids.Select(id => new Member(new NodeId(id), $"node-{id}"))], []);

    private sealed class RecordingTransport : ITransport
    {
        public uint[] Peers { get; private set; } = [];

        public void SetPeers(IReadOnlyList<Member> peers) => Peers = [.. peers.Select(peer => peer.Id.Value)];

        public ValueTask StartAsync(ITransportReceiver receiver, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public bool Send(NodeId to, ProtocolMessage message) => false;

        public void Flush()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
