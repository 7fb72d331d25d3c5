using System.Net;
using System.Net.Sockets;

namespace Consensus.Transport.Tests;

/// <summary>How a node finds its peers, and what it does when it does not.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DiallingTests
{
    private static readonly NodeId Peer = new(2);

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();

    [Test]
    public async Task A_name_is_looked_up_at_each_attempt_and_each_of_its_addresses_is_tried()
    {
        await using var two = await TcpNodes.StartAsync(TcpNodes.Options(2));
        var names = new ScriptedNames(
            () => throw new SocketException((int)SocketError.HostNotFound),
            () => [],
            () => throw new InvalidOperationException("Nobody has foreseen it."),
            () => [IPAddress.Parse("127.0.0.77"), IPAddress.Loopback]);
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1), logger: _logger, lookUp: names.LookUpAsync);
        two.Transport.SetPeers([one.Member]);
        one.Transport.SetPeers([new Member(Peer, $"node-two.example:{TcpNodes.Port(two)}")]);
        await one.IsConnectedAsync(two);
        Assert.That(names.Hosts, Is.EqualTo(Enumerable.Repeat("node-two.example", 4)));
        Assert.That(one.Toward(two).ConnectFailures, Is.EqualTo(3));
        Assert.That(_logger.Count("consensus.connection.connect_failed"), Is.EqualTo(1), "Once a minute.");
        Assert.That(TcpNodes.Known(one, Peer).Outgoing.EndPoint, Is.EqualTo($"127.0.0.1:{TcpNodes.Port(two)}"));
    }

    [Test]
    public async Task A_name_that_is_not_looked_up_in_time_is_given_up_after_the_limit()
    {
        var names = new ScriptedNames(() => null);
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1), _time, lookUp: names.LookUpAsync);
        one.Transport.SetPeers([new Member(Peer, "node-two.example:7000")]);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await Eventually.IsAsync(() => names.Hosts.Count == attempt, "the attempt");
            await _time.AdvanceWhenAwaitedAsync(TimeSpan.FromMinutes(1));
            await Eventually.IsAsync(() => one.Statistics.Peers[Peer].ConnectFailures == attempt, "the failure");
            Assert.That(TcpNodes.Known(one, Peer).LastFailure!.Reason, Is.EqualTo("The limit of 00:01:00 for looking the name up passed."));
            await _time.AdvanceWhenAwaitedAsync(TimeSpan.FromMilliseconds(20));
        }
    }

    [TestCase("nonsense")]
    [TestCase("")]
    [TestCase("host:0")]
    [TestCase("host:65536")]
    public async Task An_address_that_is_none_is_counted_and_replaced_later(string address)
    {
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1));
        await using var two = await TcpNodes.StartAsync(TcpNodes.Options(2));
        two.Transport.SetPeers([one.Member]);
        one.Transport.SetPeers([new Member(Peer, address)]);
        await Eventually.IsAsync(() => one.Toward(two).ConnectFailures > 0, "a failure");
        one.Transport.SetPeers([two.Member]);
        await one.IsConnectedAsync(two);
    }

    [Test]
    public async Task Somebody_who_listens_and_says_nothing_is_given_up_after_the_limit()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1), _time);
        one.Transport.SetPeers([new Member(Peer, silent.LocalEndpoint.ToString()!)]);
        using var accepted = await silent.AcceptSocketAsync();
        await Eventually.IsAsync(() => accepted.Available == HandshakeHello.Size, "the greeting");
        await _time.AdvanceWhenAwaitedAsync(TimeSpan.FromMinutes(1));
        await Eventually.IsAsync(() => one.Statistics.Peers[Peer].ConnectFailures == 1, "the failure");
    }

    [TestCase(0)]
    [TestCase(16)]
    [TestCase(4096)]
    public async Task Somebody_who_answers_with_something_else_is_no_peer(int length)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1));
        one.Transport.SetPeers([new Member(Peer, other.LocalEndpoint.ToString()!)]);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            using var accepted = await other.AcceptSocketAsync();
            await accepted.SendAsync(new byte[length]);
            accepted.Shutdown(SocketShutdown.Send);
            await Eventually.IsAsync(() => one.Statistics.Peers[Peer].ConnectFailures >= attempt, "the failure");
        }

        Assert.That(one.Receiver.Changes, Is.Empty);
    }

    [Test]
    public async Task A_peer_that_talks_back_on_a_connection_it_accepted_loses_it()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1));
        one.Transport.SetPeers([new Member(Peer, other.LocalEndpoint.ToString()!)]);
        using var accepted = await other.AcceptSocketAsync();
        await accepted.SendAsync(new HandshakeAnswer(HandshakeRefusal.None, 1, ProtocolVersions.Supported, 1000).ToBytes());
        await one.Receiver.ChangesAsync(Peer, isConnected: true, 1);
        await accepted.SendAsync(new byte[1]);
        await one.Receiver.ChangesAsync(Peer, isConnected: false, 1);
    }

    [Test]
    public async Task A_peer_is_sent_no_longer_frame_than_it_takes()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1));
        one.Transport.SetPeers([new Member(Peer, other.LocalEndpoint.ToString()!)]);
        using var accepted = await other.AcceptSocketAsync();
        await accepted.SendAsync(new HandshakeAnswer(HandshakeRefusal.None, 1, ProtocolVersions.Supported, 1000).ToBytes());
        await one.Receiver.ChangesAsync(Peer, isConnected: true, 1);
        Assert.That(one.Transport.Send(Peer, new TestMessage(1, 1001)), Is.False);
        Assert.That(one.Transport.Send(Peer, new TestMessage(1, 1000)), Is.True);
        Assert.That(one.Statistics.Peers[Peer].DroppedTooLong, Is.EqualTo(1));
    }

    [Test]
    public async Task A_refused_node_tries_again_until_it_is_let_in()
    {
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1));
        await using var two = await TcpNodes.StartAsync(TcpNodes.Options(2));
        one.Transport.SetPeers([two.Member]);
        await Eventually.IsAsync(() => one.Toward(two).RefusedByPeer >= 2, "two refusals");
        Assert.That(two.Statistics.Refused(HandshakeRefusal.UnknownPeer), Is.GreaterThanOrEqualTo(2));
        two.Transport.SetPeers([one.Member]);
        await one.IsConnectedAsync(two);
    }

    [Test]
    public async Task Disposal_in_a_storm_of_connections_leaves_nothing_behind()
    {
        var nodes = new List<TestNode>();
        for (var id = 1u; id <= 8; id++)
        {
            nodes.Add(await TcpNodes.StartAsync(TcpNodes.Options(id)));
        }

        TestNode.Introduce([.. nodes]);
        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.DisposeAsync().AsTask())));
        foreach (var node in nodes)
        {
            Assert.That(node.Receiver.Changes.Count(change => change.IsConnected), Is.EqualTo(node.Receiver.Changes.Count(change => !change.IsConnected)));
            await Assert.ThatAsync(() => RawClient.ConnectAsync(node), Throws.InstanceOf<SocketException>());
        }
    }

    /// <summary>A name service that answers as it is told, the last answer for good. Null: it never answers, and does not care for its token.</summary>
    private sealed class ScriptedNames(params Func<IPAddress[]?>[] answers)
    {
        private readonly Lock _gate = new();
        private readonly List<string> _hosts = [];

        public IReadOnlyList<string> Hosts
        {
            get
            {
                lock (_gate)
                {
                    return [.. _hosts];
                }
            }
        }

        public Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
        {
            int attempt;
            lock (_gate)
            {
                _hosts.Add(host);
                attempt = _hosts.Count;
            }

            return answers[Math.Min(attempt, answers.Length) - 1]() is { } addresses ? Task.FromResult(addresses) : new TaskCompletionSource<IPAddress[]>().Task;
        }
    }
}
