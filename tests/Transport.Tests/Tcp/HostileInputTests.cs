using Consensus.Engine;

namespace Consensus.Transport.Tests;

/// <summary>Whatever comes over the network, a node keeps working for those who behave.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HostileInputTests
{
    private static readonly NodeId Attacker = new(2);

    private readonly RecordingLogger _logger = new();
    private TestNode _victim = null!;
    private TestNode _friend = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _victim = await TcpNodes.StartAsync(TcpNodes.Options(1), logger: _logger);
        _friend = await TcpNodes.StartAsync(TcpNodes.Options(3));
        _victim.Transport.SetPeers([_friend.Member, new Member(Attacker, "127.0.0.1:1")]);
        _friend.Transport.SetPeers([_victim.Member]);
        await _victim.IsConnectedAsync(_friend);
        await _friend.IsConnectedAsync(_victim);
    }

    [TearDown]
    public async Task StopAsync()
    {
        try
        {
            // Those who were connected still are, and those who come anew are let in.
            Assert.That(_friend.SendNow(_victim, new TestMessage(-1)), Is.True);
            Assert.That(_victim.SendNow(_friend, new TestMessage(-2)), Is.True);
            await _victim.Receiver.MessageAsync(-1);
            await _friend.Receiver.MessageAsync(-2);
            Assert.That(_friend.Receiver.Changes, Has.Count.EqualTo(1));
            using var newcomer = await RawClient.ConnectAsAsync(Attacker, _victim);
            await newcomer.SendAsync(Frame.Of(new TestMessage(-3)));
            await _victim.Receiver.MessageAsync(-3);
            Assert.That(_logger.HasErrors, Is.False);
        }
        finally
        {
            await _victim.DisposeAsync();
            await _friend.DisposeAsync();
        }
    }

    [TestCase(0u)]
    [TestCase((8u * 1024 * 1024) + 1)]
    [TestCase(0x7FFFFFFFu)]
    [TestCase(0x80000000u)]
    [TestCase(0xFFFFFFFFu)]
    public async Task A_frame_of_an_impossible_length_costs_the_connection(uint length)
    {
        using var client = await RawClient.ConnectAsAsync(Attacker, _victim);
        await client.SendAsync((byte[])[.. Frame.Of(new TestMessage(1)), .. Frame.Length(length), .. new byte[100]]);
        await client.ClosedAsync();
        Assert.That(_victim.Statistics.Peers[Attacker].MalformedFrames, Is.EqualTo(1));
        Assert.That(_victim.Receiver.Messages.Single().Message.Number, Is.EqualTo(1), "What came before is good.");
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(70_000)]
    public async Task A_frame_cut_short_is_counted(int length)
    {
        using var client = await RawClient.ConnectAsAsync(Attacker, _victim);
        await client.SendAsync(Frame.Of(new TestMessage(1, 100_000)).AsMemory(0, length));
        client.FinishSending();
        await client.ClosedAsync();
        Assert.That(_victim.Statistics.Peers[Attacker].MalformedFrames, Is.EqualTo(1));
        Assert.That(_victim.Receiver.Messages, Is.Empty);
    }

    [Test]
    public async Task A_frame_that_never_ends_harms_nobody()
    {
        var client = await RawClient.ConnectAsAsync(Attacker, _victim);
        await client.SendAsync((byte[])[.. Frame.Length(8 * 1024 * 1024), .. new byte[100]]);
    }

    [Test]
    public async Task Frames_in_single_bytes_are_frames()
    {
        using var client = await RawClient.ConnectAsAsync(Attacker, _victim);
        foreach (var part in Frame.Of(new TestMessage(1, 40)).Concat(Frame.Of(new TestMessage(2))))
        {
            await client.SendAsync(new[] { part });
        }

        await _victim.Receiver.MessagesAsync(2);
        Assert.That(_victim.Receiver.Messages.Select(m => m.Message), Is.EqualTo([new TestMessage(1, 40), new TestMessage(2)]));
    }

    [Test]
    public async Task Random_bytes_in_place_of_a_greeting_are_closed([Range(1, 20)] int seed)
    {
        var random = new DeterministicRandom((ulong)seed);
        for (var i = 0; i < 20; i++)
        {
            using var client = await RawClient.ConnectAsync(_victim);
            await client.SendAsync(Bytes(random, 1 + (int)random.NextBelow(200)));
            client.FinishSending();
            await client.ClosedAsync();
        }

        Assert.That(_victim.Statistics.Refused(HandshakeRefusal.NotTheProtocol) + _victim.Statistics.Refused(HandshakeRefusal.Incomplete), Is.EqualTo(20));
    }

    [Test]
    public async Task Altered_greetings_are_refused_or_harmless([Range(1, 10)] int seed)
    {
        var random = new DeterministicRandom((ulong)seed);
        for (var i = 0; i < 50; i++)
        {
            var hello = new HandshakeHello(ProtocolVersions.Supported, TcpNodes.Cluster, Attacker, _victim.Id).ToBytes();
            Alter(hello, random);

            // Altered into the friend's number, it would take the friend's place, as without certificates it may.
            if (!HandshakeHello.TryParse(hello, out var altered) || altered.Sender != _friend.Id)
            {
                using var client = await RawClient.ConnectAsync(_victim);
                await client.SendAsync(hello);
                client.FinishSending();
                await client.ClosedAsync();
            }
        }
    }

    [Test]
    public Task Altered_frames_never_harm_the_node() => SendAlteredFramesAsync(connections: 20, framesEach: 200);

    [Test]
    [Category("Soak")]
    [Explicit("A soak; run with --filter Category=Soak.")]
    public Task A_million_altered_frames_never_harm_the_node() => SendAlteredFramesAsync(connections: 10_000, framesEach: 100);

    private async Task SendAlteredFramesAsync(int connections, int framesEach)
    {
        _victim.Receiver.AcceptsDamaged = true;
        for (var seed = 1; seed <= connections; seed++)
        {
            var random = new DeterministicRandom((ulong)seed);
            var stream = new List<byte>();
            for (var i = 0; i < framesEach; i++)
            {
                var frame = Frame.Of(new TestMessage(i, TestMessage.LengthMin + (int)random.NextBelow(300)));

                // Most keep their length, so that the stream goes on; now and then the length is hit.
                var from = random.NextBelow((ulong)framesEach) == 0 ? 0 : FrameFormat.HeaderSize;
                Alter(frame.AsSpan(from), random);
                stream.AddRange(frame);
            }

            using var client = await RawClient.ConnectAsAsync(Attacker, _victim);
            await client.SendAsync(stream.ToArray());
            client.FinishSending();
            await client.ClosedAsync();
            Assert.That(_logger.HasErrors, Is.False, $"Seed {seed}.");
        }

        var peer = _victim.Statistics.Peers[Attacker];
        Assert.That(peer.ConnectionsAccepted, Is.EqualTo(connections));
        Assert.That(peer.MalformedFrames, Is.Positive);
        Assert.That(peer.FramesReceived, Is.GreaterThan(connections * framesEach / 3), "Most of them were looked at.");
        Assert.That(_victim.Receiver.Damaged, Is.GreaterThan(peer.FramesReceived / 2));
        _victim.Receiver.AcceptsDamaged = false;
    }

    private static byte[] Bytes(DeterministicRandom random, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)random.NextUInt64();
        }

        return bytes;
    }

    private static void Alter(Span<byte> bytes, DeterministicRandom random)
    {
        for (var changes = 1 + random.NextBelow(3); changes > 0; changes--)
        {
            bytes[(int)random.NextBelow((ulong)bytes.Length)] ^= (byte)(1 + random.NextBelow(255));
        }
    }
}
