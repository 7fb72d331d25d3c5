namespace Consensus.Transport.Tests;

/// <summary>Who is let in, who is not, and what both are told.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HandshakeTests
{
    private static readonly NodeId Peer = new(2);

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();
    private TestNode _node = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _node = await TcpNodes.StartAsync(TcpNodes.Options(1), _time, logger: _logger);

        // Nobody listens there; the node's own attempts to dial are not looked at.
        _node.Transport.SetPeers([_node.Member, new Member(Peer, "not an address")]);
    }

    [TearDown]
    public async Task StopAsync() => await _node.DisposeAsync();

    [TestCase(1, 1)]
    [TestCase(0, 7)]
    [TestCase(1, 65535)]
    public async Task A_member_that_speaks_a_common_version_is_let_in(int versionMin, int versionMax)
    {
        using var client = await RawClient.ConnectAsync(_node);
        var answer = await client.GreetAsync(Hello() with { Versions = new ProtocolVersions((ushort)versionMin, (ushort)versionMax) });
        Assert.That(answer, Is.EqualTo(new HandshakeAnswer(HandshakeRefusal.None, 1, ProtocolVersions.Supported, 8 * 1024 * 1024)));
        await client.SendAsync(Frame.Of(new TestMessage(5)));
        await _node.Receiver.MessagesAsync(1);
        Assert.That(_node.Receiver.Messages.Single(), Is.EqualTo((Peer, new TestMessage(5))));
    }

    [TestCase(HandshakeRefusal.VersionNotSupported, 2, 9)]
    [TestCase(HandshakeRefusal.VersionNotSupported, 0, 0)]
    [TestCase(HandshakeRefusal.VersionNotSupported, 9, 0)]
    public async Task Other_versions_are_refused(HandshakeRefusal expected, int versionMin, int versionMax) =>
        await IsRefusedAsync(Hello() with { Versions = new ProtocolVersions((ushort)versionMin, (ushort)versionMax) }, expected);

    [Test]
    public async Task Another_cluster_is_refused() =>
        await IsRefusedAsync(Hello() with { Cluster = new ClusterId(Guid.Empty) }, HandshakeRefusal.WrongCluster);

    [Test]
    public async Task A_caller_that_wants_another_node_is_refused() =>
        await IsRefusedAsync(Hello() with { Receiver = new NodeId(3) }, HandshakeRefusal.NotTheIntendedNode);

    [Test]
    public async Task A_stranger_is_refused() => await IsRefusedAsync(Hello() with { Sender = new NodeId(77) }, HandshakeRefusal.UnknownPeer);

    [Test]
    public async Task Nobody_is_a_stranger_too() => await IsRefusedAsync(Hello() with { Sender = NodeId.None }, HandshakeRefusal.UnknownPeer);

    [Test]
    public async Task The_node_itself_is_refused() => await IsRefusedAsync(Hello() with { Sender = _node.Id }, HandshakeRefusal.Self);

    [Test]
    public async Task What_is_not_the_protocol_is_closed_without_an_answer()
    {
        using var client = await RawClient.ConnectAsync(_node);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"u8.ToArray());
        Assert.That(await client.ClosedAsync(), Is.Zero);
        Assert.That(_node.Statistics.Refused(HandshakeRefusal.NotTheProtocol), Is.EqualTo(1));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(31)]
    public async Task A_greeting_cut_short_is_counted(int length)
    {
        using var client = await RawClient.ConnectAsync(_node);
        await client.SendAsync(Hello().ToBytes().AsMemory(0, length));
        client.FinishSending();
        Assert.That(await client.ClosedAsync(), Is.Zero);
        Assert.That(_node.Statistics.Refused(HandshakeRefusal.Incomplete), Is.EqualTo(1));
    }

    [Test]
    public async Task A_greeting_that_dawdles_is_cut_off_when_its_time_is_over()
    {
        using var client = await RawClient.ConnectAsync(_node);
        foreach (var part in Hello().ToBytes()[..^1])
        {
            await client.SendAsync(new[] { part });
        }

        await Eventually.IsAsync(() => _time.ArmedTimers >= 2, "the greeting's limit, and the pause of the dialler");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await client.ClosedAsync(), Is.Zero);
        Assert.That(_node.Statistics.Refused(HandshakeRefusal.TimedOut), Is.EqualTo(1));
    }

    [Test]
    public async Task Refusals_are_logged_once_a_minute_for_each_peer()
    {
        for (var i = 0; i < 5; i++)
        {
            await IsRefusedAsync(Hello() with { Receiver = new NodeId(3) }, HandshakeRefusal.NotTheIntendedNode);
            await IsRefusedAsync(Hello() with { Sender = new NodeId((uint)(100 + i)) }, HandshakeRefusal.UnknownPeer);
        }

        Assert.That(_logger.Count("consensus.connection.refused"), Is.EqualTo(2), "One for node 2, one for all strangers.");
        _time.Advance(TimeSpan.FromMinutes(1));
        await IsRefusedAsync(Hello() with { Receiver = new NodeId(3) }, HandshakeRefusal.NotTheIntendedNode);
        Assert.That(_logger.Count("consensus.connection.refused"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_second_connection_of_a_peer_takes_the_place_of_the_first()
    {
        using var halfOpen = await RawClient.ConnectAsAsync(Peer, _node);
        using var current = await RawClient.ConnectAsAsync(Peer, _node);
        await halfOpen.ClosedAsync();
        await current.SendAsync(Frame.Of(new TestMessage(1)));
        await _node.Receiver.MessagesAsync(1);
        Assert.That(_node.Statistics.Peers[Peer].ConnectionsAccepted, Is.EqualTo(2));
    }

    [Test]
    public async Task A_second_connection_frees_a_receiver_that_was_waiting_for_room()
    {
        _node.Receiver.Block();
        using var first = await RawClient.ConnectAsAsync(Peer, _node);
        await first.SendAsync(Frame.Of(new TestMessage(1)));
        await Eventually.IsAsync(() => _node.Statistics.Peers[Peer].FramesReceived == 1, "the frame");
        using var second = await RawClient.ConnectAsAsync(Peer, _node);
        await first.ClosedAsync();
        _node.Receiver.Unblock();
        await second.SendAsync(Frame.Of(new TestMessage(2)));
        await _node.Receiver.MessageAsync(2);
        Assert.That(_logger.HasErrors, Is.False);
    }

    [Test]
    public async Task Callers_that_say_nothing_do_not_keep_a_member_out()
    {
        var silent = new List<RawClient>();
        try
        {
            for (var i = 0; i < (2 * 128) + 1; i++)
            {
                silent.Add(await RawClient.ConnectAsync(_node));
            }

            using var member = await RawClient.ConnectAsAsync(Peer, _node);
            await member.SendAsync(Frame.Of(new TestMessage(1)));
            await _node.Receiver.MessagesAsync(1);
            await silent[0].ClosedAsync();
            Assert.That(_node.Statistics.Refused(HandshakeRefusal.Crowded), Is.GreaterThanOrEqualTo(129));
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }

    private static HandshakeHello Hello() => new(ProtocolVersions.Supported, TcpNodes.Cluster, Peer, new NodeId(1));

    private async Task IsRefusedAsync(HandshakeHello hello, HandshakeRefusal expected)
    {
        var before = _node.Statistics.Refused(expected);
        using var client = await RawClient.ConnectAsync(_node);
        var answer = await client.GreetAsync(hello);
        Assert.That(answer.Refusal, Is.EqualTo(expected));
        Assert.That(answer.Version, Is.Zero);
        Assert.That(await client.ClosedAsync(), Is.Zero);
        Assert.That(_node.Statistics.Refused(expected), Is.EqualTo(before + 1));
    }
}
