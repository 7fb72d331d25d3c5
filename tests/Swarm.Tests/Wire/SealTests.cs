using System.Runtime.Versioning;
using Consensus.Swarm.Wire;

namespace Consensus.Swarm.Tests.Wire;

/// <summary>What surrounds a message lets nothing pass that is not as its sender closed it.</summary>
internal sealed class SealTests
{
    private static readonly ClusterId Swarm = new(new Guid("6f0c3c5e-0000-4000-8000-000000000003"));
    private static readonly SwarmKey Key = SwarmKey.Open(Swarm);

    [Test]
    public void A_datagram_is_opened_as_it_was_closed_and_no_bit_of_it_can_be_changed()
    {
        var seal = new DatagramSeal(Key, Swarm);
        var datagram = Datagram(64);
        seal.Close(new NodeId(5), datagram);
        Assert.That(seal.Open(datagram, out var sender), Is.EqualTo(DatagramVerdict.Genuine));
        Assert.That(sender, Is.EqualTo(new NodeId(5)));
        for (var bit = 0; bit < 8 * datagram.Length; bit++)
        {
            datagram[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(seal.Open(datagram, out _), Is.Not.EqualTo(DatagramVerdict.Genuine), $"bit {bit}");
            datagram[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Test]
    public void It_is_nobody_elses()
    {
        var seal = new DatagramSeal(Key, Swarm);
        var datagram = Datagram(10);
        new DatagramSeal(Key, new ClusterId(Guid.Parse("6f0c3c5e-0000-4000-8000-000000000004"))).Close(new NodeId(5), datagram);
        Assert.That(seal.Open(datagram, out _), Is.EqualTo(DatagramVerdict.OtherSwarm));
        new DatagramSeal(SwarmKey.FromBytes(new byte[32]), Swarm).Close(new NodeId(5), datagram);
        Assert.That(seal.Open(datagram, out _), Is.EqualTo(DatagramVerdict.Forged));
        seal.Close(NodeId.None, datagram);
        Assert.That(seal.Open(datagram, out _), Is.EqualTo(DatagramVerdict.Foreign), "nobody has the number 0");
        for (var length = 0; length <= DatagramSeal.HeadSize + DatagramSeal.HashSize; length++)
        {
            Assert.That(seal.Open(datagram.AsSpan(0, length), out _), Is.EqualTo(DatagramVerdict.Foreign));
        }
    }

    [Test]
    public void A_frame_is_valid_once_at_its_place()
    {
        var key = new byte[32];
        var (sender, receiver) = (new FrameSeal(key), new FrameSeal(key));
        var first = sender.Close("one"u8)[4..];
        var second = sender.Close("two"u8)[4..];
        Assert.That(receiver.Opens(first));
        Assert.That(receiver.Opens(first), Is.False, "again");
        Assert.That(new FrameSeal(key).Opens(second), Is.False, "before its turn");
        Assert.That(new FrameSeal(Enumerable.Repeat((byte)1, 32).ToArray()).Opens(first), Is.False, "another key");
        first[^1] ^= 1;
        Assert.That(new FrameSeal(key).Opens(first), Is.False, "changed");
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win")]
    public void A_key_is_read_from_a_file_that_nobody_else_reads()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.key");
        File.WriteAllText(path, $"{new string('a', 64)}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.That(() => SwarmKey.Read(path), Throws.Nothing);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.That(() => SwarmKey.Read(path), Throws.TypeOf<InvalidDataException>().With.Message.Contains(path).And.Message.Contains("600"));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, new string('a', 63));
        Assert.That(() => SwarmKey.Read(path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("64 hexadecimal digits"));
        File.Delete(path);
    }

    private static byte[] Datagram(int message)
    {
        var bytes = new byte[DatagramSeal.HeadSize + message + DatagramSeal.HashSize];
        new Random(message).NextBytes(bytes);
        return bytes;
    }
}
