using System.Net;

namespace Consensus.Transport.Tests;

/// <summary>What a node knows of its peers while connections come and go.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PeerRegistryTests
{
    private static readonly NodeId Two = new(2);

    private readonly ManualTimeProvider _time = new();

    [Test]
    public async Task Nothing_is_known_of_a_peer_that_nobody_has_looked_for_yet()
    {
        await using var one = new TcpTransport(
            TcpNodes.Options(1), TestCodec.Instance, resolver: null, _time, new RecordingLogger(), credentials: null);
        one.SetPeers([new Member(new NodeId(3), "three:1"), new Member(Two, "two:1"), new Member(new NodeId(1), "one:1")]);

        var none = new PeerConnection(IsConnected: false, _time.GetUtcNow(), EndPoint: null);
        Assert.That(one.ListPeers(), Is.EqualTo(new[] { Unknown(2, "two:1"), Unknown(3, "three:1") }), "In order, without the node itself.");

        PeerStatus Unknown(uint id, string address) =>
            new() { Id = new NodeId(id), Address = address, Source = PeerSource.Unknown, Outgoing = none, Incoming = none, ConnectFailures = 0 };
    }

    [Test]
    public async Task Connections_are_shown_in_both_directions_with_the_time_of_their_beginning_and_their_end()
    {
        await using var two = await TcpNodes.StartAsync(TcpNodes.Options(2));
        two.Transport.SetPeers([new Member(new NodeId(1), "127.0.0.1:1")]);
        await using var one = new TcpTransport(
            TcpNodes.Options(1), TestCodec.Instance, resolver: null, _time, new RecordingLogger(), credentials: null);
        var added = _time.GetUtcNow();
        one.SetPeers([two.Member]);
        _time.Advance(TimeSpan.FromSeconds(3));
        await one.StartAsync(new RecordingReceiver(), CancellationToken.None);
        await Eventually.IsAsync(() => one.ListPeers()[0].Outgoing.IsConnected, "the connection to the other");
        var half = one.ListPeers()[0];
        _time.Advance(TimeSpan.FromSeconds(3));
        two.Transport.SetPeers([new Member(new NodeId(1), $"{one.LocalEndPoint}")]);
        await Eventually.IsAsync(() => one.ListPeers()[0].Incoming.IsConnected, "the connection of the other");
        var up = one.ListPeers()[0];
        _time.Advance(TimeSpan.FromSeconds(3));
        await two.DisposeAsync();
        await Eventually.IsAsync(() => one.ListPeers()[0] is { Outgoing.IsConnected: false, Incoming.IsConnected: false }, "the end of both");
        var down = one.ListPeers()[0];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(half.Outgoing, Is.EqualTo(new PeerConnection(true, added + TimeSpan.FromSeconds(3), two.Member.Address)));
            Assert.That((half.Incoming, half.LastHeard), Is.EqualTo((new PeerConnection(false, added, null), (DateTimeOffset?)null)));
            Assert.That(up.Outgoing, Is.EqualTo(half.Outgoing));
            Assert.That((up.Incoming.IsConnected, up.Incoming.Since, up.LastHeard), Is.EqualTo((true, added + TimeSpan.FromSeconds(6), added + TimeSpan.FromSeconds(6))));
            Assert.That(IPEndPoint.Parse(up.Incoming.EndPoint!).Port, Is.Not.Zero.And.Not.EqualTo(TcpNodes.Port(two)), "Where it calls from.");
            Assert.That((up.ConnectFailures, up.LastFailure), Is.EqualTo((0, (PeerFailure?)null)));
            Assert.That(down.Outgoing, Is.EqualTo(new PeerConnection(false, added + TimeSpan.FromSeconds(9), two.Member.Address)));
            Assert.That(down.Incoming, Is.EqualTo(up.Incoming with { IsConnected = false, Since = added + TimeSpan.FromSeconds(9) }));
            Assert.That(down.LastHeard, Is.GreaterThanOrEqualTo(up.LastHeard!.Value));
        }
    }

    [Test]
    [Platform("Linux", Reason = "Elsewhere nobody tells.")]
    public async Task When_something_was_heard_last_moves_with_what_arrives()
    {
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1));
        await using var two = await TcpNodes.StartAsync(TcpNodes.Options(2));
        await TestNode.ConnectAsync(one, two);
        await Eventually.IsAsync(() => TcpNodes.Known(one, Two).LastHeard is not null, "the greeting");
        var greeting = TcpNodes.Known(one, Two).LastHeard!.Value;

        // The kernel's clock has steps of some milliseconds.
        var distance = TimeSpan.FromMilliseconds(100);
        await Eventually.IsAsync(() => TimeProvider.System.GetUtcNow() > greeting + (2 * distance), "a moment that differs");
        Assert.That(TcpNodes.Known(one, Two).LastHeard, Is.LessThan(greeting + distance), "Nothing has arrived.");
        two.SendNow(one, new TestMessage(1));
        await one.Receiver.MessagesAsync(1);

        Assert.That(TcpNodes.Known(one, Two).LastHeard, Is.GreaterThan(greeting + distance));
        await two.DisposeAsync();
        await Eventually.IsAsync(() => !TcpNodes.Known(one, Two).Incoming.IsConnected, "the end");
        Assert.That(TcpNodes.Known(one, Two).LastHeard, Is.GreaterThan(greeting + distance), "It is still known.");
    }

    [Test]
    public async Task A_peer_with_another_address_is_the_same_peer_and_one_that_comes_back_is_a_new_one()
    {
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1));
        await using var two = await TcpNodes.StartAsync(TcpNodes.Options(2));
        two.Transport.SetPeers([one.Member]);
        one.Transport.SetPeers([new Member(Two, "127.0.0.1:1")]);
        await Eventually.IsAsync(() => TcpNodes.Known(one, Two) is { ConnectFailures: > 0, Incoming.IsConnected: true }, "a failure, and a connection from it");
        var before = TcpNodes.Known(one, Two);

        one.Transport.SetPeers([two.Member]);
        await one.IsConnectedAsync(two);
        var moved = TcpNodes.Known(one, Two);
        one.Transport.SetPeers([]);
        var removed = ((TcpTransport)one.Transport).ListPeers();
        one.Transport.SetPeers([new Member(Two, "127.0.0.1:1")]);
        var back = TcpNodes.Known(one, Two);

        Assert.That((moved.Address, moved.Incoming), Is.EqualTo((two.Member.Address, before.Incoming)));
        Assert.That(moved.LastFailure!.Reason, Is.EqualTo("Connection refused (ConnectionRefused)."));
        Assert.That(removed, Is.Empty);
        Assert.That(back.Incoming.Since, Is.GreaterThan(before.Incoming.Since));
    }
}
