using System.Net;
using System.Net.Sockets;

namespace Consensus.Transport.Tests;

/// <summary>What a node does with a resolver's answers, good and bad.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PeerResolverTests
{
    private const string Somewhere = "where.the.membership.says:7000";

    private static readonly NodeId Peer = new(2);

    // Nobody listens there: it takes a privileged process to.
    private static readonly IPEndPoint Closed = new(IPAddress.Loopback, 1);

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();

    private static IEnumerable<TestCaseData> BadAnswers =>
    [
        Case("Null", (_, _) => new((IReadOnlyList<EndPoint>)null!), "The peer resolver found no end point."),
        Case("No end point", (_, _) => new([]), "The peer resolver found no end point."),
        Case("Null among end points", (_, _) => new([null!]), "The answer of the peer resolver cannot be used: the end point '' is null."),
        Case("Port 0", (_, _) => new([Closed, new IPEndPoint(IPAddress.Loopback, 0)]), "The answer of the peer resolver cannot be used: the end point '127.0.0.1:0' has no port."),
        Case("A name with port 0", (_, _) => new([new DnsEndPoint("localhost", 0)]), "The answer of the peer resolver cannot be used: the end point 'localhost:0' has no port."),
        Case("A file", (_, _) => new([new UnixDomainSocketEndPoint("/tmp/x")]), "The answer of the peer resolver cannot be used: the end point '/tmp/x' is neither an IP end point nor a name with a port."),
        Case("An exception at once", (_, _) => throw new InvalidOperationException("secret"), "The peer resolver failed (InvalidOperationException).", "secret"),
        Case("An exception later", async (_, _) => await FailAsync(), "The peer resolver failed (TaskCanceledException).", "secret"),
    ];

    [Test]
    public async Task A_peer_that_moved_to_another_port_is_found_again()
    {
        var two = await TcpNodes.StartAsync(TcpNodes.Options(2));
        var at = TcpNodes.EndPoint(two);
        var resolver = new ScriptedResolver((_, _) => new([Volatile.Read(ref at)]));
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1), resolver: resolver);
        two.Transport.SetPeers([one.Member]);
        one.Transport.SetPeers([new Member(Peer, Somewhere)]);
        await one.IsConnectedAsync(two);
        await two.DisposeAsync();
        await one.IsDisconnectedAsync(two);

        await using var moved = await TcpNodes.StartAsync(TcpNodes.Options(2));
        moved.Transport.SetPeers([one.Member]);
        Volatile.Write(ref at, TcpNodes.EndPoint(moved));
        await one.IsConnectedAsync(moved, times: 2);

        Assert.That(one.SendNow(moved, new TestMessage(1)), Is.True);
        await moved.Receiver.MessagesAsync(1);
        Assert.That(resolver.Asked, Is.All.EqualTo((Peer, Somewhere)));
        Assert.That(TcpNodes.Known(one, Peer), Has.Property(nameof(PeerStatus.Source)).EqualTo(PeerSource.Resolver).And.Property(nameof(PeerStatus.Address)).EqualTo(Somewhere));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Who_is_somebody_else_at_an_end_point_is_refused_and_the_next_one_tried(bool encrypts)
    {
        using var certificates = new TestCertificates();
        await using var two = await TcpNodes.StartAsync(TcpNodes.Options(2), credentials: Credentials(2));
        await using var three = await TcpNodes.StartAsync(TcpNodes.Options(3), credentials: Credentials(3));
        var resolver = new ScriptedResolver(Closed, TcpNodes.EndPoint(three), TcpNodes.EndPoint(two));
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1), resolver: resolver, credentials: Credentials(1));
        two.Transport.SetPeers([one.Member]);
        three.Transport.SetPeers([one.Member]);
        one.Transport.SetPeers([new Member(Peer, Somewhere)]);
        await one.IsConnectedAsync(two);

        Assert.That(one.SendNow(two, new TestMessage(1)), Is.True);
        await two.Receiver.MessagesAsync(1);
        Assert.That(TcpNodes.Known(one, Peer).Outgoing.EndPoint, Is.EqualTo($"{TcpNodes.EndPoint(two)}"));
        Assert.That((one.Toward(two).ConnectFailures, three.Receiver.Changes.Count(change => change.Peer == one.Id && change.IsConnected)), Is.EqualTo((0, 0)), "One attempt, and no connection to another.");
        Assert.That((one.Toward(two).RefusedByPeer, three.Statistics.Refused(HandshakeRefusal.NotTheIntendedNode)), Is.EqualTo(encrypts ? (0, 0) : (1, 1)));

        ITlsCredentialSource? Credentials(uint node) => encrypts ? certificates.Source(node) : null;
    }

    [Test]
    public async Task What_every_end_point_said_is_told_when_none_lets_the_node_in()
    {
        await using var three = await TcpNodes.StartAsync(TcpNodes.Options(3));
        var resolver = new ScriptedResolver(Closed, TcpNodes.EndPoint(three));
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1), resolver: resolver, logger: _logger);
        one.Transport.SetPeers([new Member(Peer, Somewhere)]);
        await Eventually.IsAsync(() => one.Statistics.Peers[Peer].ConnectFailures >= 2, "two failures");

        var reason = TcpNodes.Known(one, Peer).LastFailure!.Reason;
        Assert.That(reason, Is.EqualTo($"127.0.0.1:1: Connection refused (ConnectionRefused). {TcpNodes.EndPoint(three)}: It refused: NotTheIntendedNode. It speaks versions 1 to 1."));
        Assert.That(_logger.Texts("consensus.connection.connect_failed"), Is.EqualTo([$"Cannot connect to node 2 at {Somewhere}; trying on. {reason}"]), "Once a minute.");
    }

    [Test]
    public async Task No_more_than_sixteen_addresses_are_tried_at_one_attempt()
    {
        var resolver = new ScriptedResolver([.. Enumerable.Repeat(Closed, 9), new DnsEndPoint("many.example", 1), Closed]);
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1), resolver: resolver, lookUp: (_, _) => Task.FromResult(Enumerable.Repeat(IPAddress.Loopback, 9).ToArray()));
        one.Transport.SetPeers([new Member(Peer, Somewhere)]);
        await Eventually.IsAsync(() => one.Statistics.Peers[Peer].ConnectFailures >= 1, "a failure");

        var reason = TcpNodes.Known(one, Peer).LastFailure!.Reason;
        Assert.That(reason, Does.EndWith(" Further 3 were not tried at this attempt."));
        Assert.That(reason.Split("Connection refused").Length - 1, Is.EqualTo(16));
    }

    [TestCaseSource(nameof(BadAnswers))]
    public async Task A_bad_answer_fails_the_attempt_says_why_once_and_the_next_attempt_asks_again(
        Func<NodeId, CancellationToken, ValueTask<IReadOnlyList<EndPoint>>> bad, string reason, string? onlyInLog)
    {
        await using var two = await TcpNodes.StartAsync(TcpNodes.Options(2));
        var asked = 0;
        var resolver = new ScriptedResolver((peer, token) => Interlocked.Increment(ref asked) <= 2 ? bad(peer, token) : new([TcpNodes.EndPoint(two)]));
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1), resolver: resolver, logger: _logger);
        two.Transport.SetPeers([one.Member]);
        one.Transport.SetPeers([new Member(Peer, Somewhere)]);
        await one.IsConnectedAsync(two);

        var known = TcpNodes.Known(one, Peer);
        Assert.That((known.ConnectFailures, known.LastFailure!.Reason), Is.EqualTo((2, reason)));
        Assert.That(_logger.Texts("consensus.connection.connect_failed"), Has.One.Items.And.One.Contains(onlyInLog ?? reason), "Once a minute.");
    }

    [Test]
    public async Task A_resolver_that_does_not_answer_is_given_up_after_the_limit()
    {
        var resolver = new ScriptedResolver(NeverAsync);
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1), _time, resolver);
        one.Transport.SetPeers([new Member(Peer, Somewhere)]);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await Eventually.IsAsync(() => resolver.Asked.Count == attempt, "the attempt");
            await _time.AdvanceWhenAwaitedAsync(TimeSpan.FromMinutes(1));
            await Eventually.IsAsync(() => one.Statistics.Peers[Peer].ConnectFailures == attempt, "the failure");
            Assert.That(TcpNodes.Known(one, Peer).LastFailure!.Reason, Is.EqualTo("The limit of 00:01:00 for finding it passed."));
            await _time.AdvanceWhenAwaitedAsync(TimeSpan.FromMilliseconds(20));
        }
    }

    [Test]
    public async Task A_resolver_that_blocks_its_thread_holds_up_nobody_and_is_not_asked_again_before_it_has_answered()
    {
        using var isFree = new ManualResetEventSlim();
        using var isIn = new ManualResetEventSlim();
        var resolver = new ScriptedResolver((_, _) =>
        {
            isIn.Set();
            isFree.Wait(CancellationToken.None);
            return new([Closed]);
        });
        var one = await TcpNodes.StartAsync(TcpNodes.Options(1), _time, resolver);
        try
        {
            await Task.Run(() => one.Transport.SetPeers([new Member(Peer, Somewhere)])).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.That(isIn.Wait(TimeSpan.FromSeconds(60)), Is.True, "It is asked, and SetPeers has returned.");
            for (var attempt = 1; attempt <= 3; attempt++)
            {
                await _time.AdvanceWhenAwaitedAsync(TimeSpan.FromMinutes(1));
                await Eventually.IsAsync(() => one.Statistics.Peers[Peer].ConnectFailures == attempt, "the failure");
                await _time.AdvanceWhenAwaitedAsync(TimeSpan.FromMilliseconds(20));
            }

            Assert.That(resolver.Asked, Has.Count.EqualTo(1));
            await Eventually.IsAsync(() => _time.ArmedTimers > 0, "the fourth attempt");
            isFree.Set();
            await Eventually.IsAsync(() => resolver.Asked.Count == 2, "another question");
            isFree.Reset();
        }
        finally
        {
            // Whatever the resolver does, the node stops.
            var disposal = one.DisposeAsync().AsTask();
            await Task.WhenAny(disposal, Task.Delay(TimeSpan.FromSeconds(60)));
            var stopped = disposal.IsCompletedSuccessfully;
            isFree.Set();
            await disposal;
            Assert.That(stopped, Is.True);
        }
    }

    [Test]
    public async Task An_end_point_that_says_nothing_has_a_limit_of_its_own()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var two = await TcpNodes.StartAsync(TcpNodes.Options(2));
        var resolver = new ScriptedResolver(new DnsEndPoint("slow.example", 1), (IPEndPoint)silent.LocalEndpoint, TcpNodes.EndPoint(two));
        await using var one = await TcpNodes.StartAsync(
            TcpNodes.Options(1), _time, resolver, lookUp: (_, _) => new TaskCompletionSource<IPAddress[]>().Task);
        two.Transport.SetPeers([one.Member]);
        one.Transport.SetPeers([new Member(Peer, Somewhere)]);
        await Eventually.IsAsync(() => TcpNodes.Known(one, Peer).Outgoing.EndPoint == "slow.example:1", "the name");
        await _time.AdvanceWhenAwaitedAsync(TimeSpan.FromMinutes(1));
        using var accepted = await silent.AcceptSocketAsync();
        await Eventually.IsAsync(() => accepted.Available == HandshakeHello.Size, "the greeting");
        await _time.AdvanceWhenAwaitedAsync(TimeSpan.FromMinutes(1));
        await one.IsConnectedAsync(two);

        Assert.That(one.Toward(two).ConnectFailures, Is.Zero);
        Assert.That(resolver.Asked, Has.Count.EqualTo(1));
    }

    private static TestCaseData Case(
        string name, Func<NodeId, CancellationToken, ValueTask<IReadOnlyList<EndPoint>>> bad, string reason, string? onlyInLog = null) =>
        new TestCaseData(bad, reason, onlyInLog).SetArgDisplayNames(name);

    private static async ValueTask<IReadOnlyList<EndPoint>> NeverAsync(NodeId peer, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return [];
    }

    private static async Task<IReadOnlyList<EndPoint>> FailAsync()
    {
        await Task.Yield();
        throw new TaskCanceledException("secret");
    }
}
