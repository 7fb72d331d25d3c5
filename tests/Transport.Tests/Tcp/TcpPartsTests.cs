using System.Net;
using Consensus.Engine;

namespace Consensus.Transport.Tests;

/// <summary>The small parts of the TCP transport.</summary>
[TestFixture]
internal sealed class TcpPartsTests
{
    [TestCase("10.0.0.1:65535", "10.0.0.1", 65535)]
    [TestCase("[::1]:7000", "::1", 7000)]
    public void Addresses_are_read(string text, string host, int port)
    {
        Assert.That(PeerAddress.TryParse(text, out var address), Is.True);
        Assert.That(address, Is.EqualTo(new IPEndPoint(IPAddress.Parse(host), port)));
        Assert.That(PeerAddress.Format(address), Is.EqualTo(text));
    }

    [Test]
    public void Names_are_read()
    {
        Assert.That(PeerAddress.TryParse("host:1", out var address), Is.True);
        Assert.That(address, Is.EqualTo(new DnsEndPoint("host", 1)));
        Assert.That(PeerAddress.Format(address), Is.EqualTo("host:1"));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("host")]
    [TestCase(":1")]
    [TestCase("host:")]
    [TestCase("host:0")]
    [TestCase("host:-1")]
    [TestCase("host: 1")]
    [TestCase("host:65536")]
    [TestCase("::1:7000")]
    [TestCase("[]:7000")]
    public void What_is_no_address_is_not_read(string? text) => Assert.That(PeerAddress.TryParse(text, out _), Is.False);

    [TestCase(1, 1, 1, 1, 1)]
    [TestCase(1, 3, 2, 5, 3)]
    [TestCase(2, 5, 1, 3, 3)]
    [TestCase(1, 9, 4, 4, 4)]
    [TestCase(1, 1, 2, 2, null)]
    [TestCase(3, 4, 1, 2, null)]
    [TestCase(1, 3, 3, 1, null)]
    public void The_newest_common_version_is_spoken(int min, int max, int otherMin, int otherMax, int? expected)
    {
        var ours = new ProtocolVersions((ushort)min, (ushort)max);
        var theirs = new ProtocolVersions((ushort)otherMin, (ushort)otherMax);
        Assert.That(Negotiate(ours, theirs), Is.EqualTo(expected));
        Assert.That(Negotiate(theirs, ours), Is.EqualTo(expected));
    }

    [Test]
    public void The_greeting_and_its_answer_have_the_documented_bytes()
    {
        var cluster = new ClusterId(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
        var hello = new HandshakeHello(new ProtocolVersions(1, 0x0203), cluster, new NodeId(0x01020304), new NodeId(5));
        Assert.That(Convert.ToHexString(hello.ToBytes()), Is.EqualTo("434654310001020300112233445566778899AABBCCDDEEFF0102030400000005"));
        Assert.That(HandshakeHello.TryParse(hello.ToBytes(), out var parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(hello));

        var answer = new HandshakeAnswer(HandshakeRefusal.UnknownPeer, 2, new ProtocolVersions(1, 3), 0x00800000);
        Assert.That(Convert.ToHexString(answer.ToBytes()), Is.EqualTo("43464131000400020001000300800000"));
        Assert.That(HandshakeAnswer.TryParse(answer.ToBytes(), out var parsedAnswer), Is.True);
        Assert.That(parsedAnswer, Is.EqualTo(answer));
    }

    [Test]
    public void Pauses_double_to_the_bound_within_their_jitter_and_start_again_after_a_reset([Range(1, 10)] int seed)
    {
        var backOff = new BackOff(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(300), new DeterministicRandom((ulong)seed));
        for (var round = 0; round < 3; round++)
        {
            foreach (var full in new[] { 50, 100, 200, 300, 300 })
            {
                Assert.That(backOff.Next().TotalMilliseconds, Is.InRange(full / 2.0, full), $"Seed {seed}.");
            }

            backOff.Reset();
        }
    }

    [Test]
    public void All_that_is_wrong_with_the_settings_is_told_at_once()
    {
        var options = new TcpTransportOptions
        {
            Node = NodeId.None,
            Cluster = ClusterId.None,
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            FrameLengthMax = 1,
            QueuedFramesMax = 0,
            BackOffMin = TimeSpan.FromSeconds(3),
        };
        Assert.That(options.Validate(), Has.Count.EqualTo(5));
        Assert.That(TcpNodes.Options(1).Validate(), Is.Empty);
        Assert.That(() => TcpNodes.StartAsync(options), Throws.InstanceOf<ConsensusException>().With.Message.Contains("FrameLengthMax"));
    }

    private static int? Negotiate(ProtocolVersions ours, ProtocolVersions theirs) => ours.TryNegotiate(theirs, out var version) ? version : null;
}
