using System.Buffers;
using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Gossip.Repair;
using Consensus.Serialization;

namespace Consensus.Gossip.Tests.Repair;

/// <summary>A set in few bits.</summary>
internal sealed class BloomDigestTests
{
    [TestCase(1_000, 0.01)]
    [TestCase(20_000, 0.01)]
    [TestCase(5_000, 0.1)]
    [TestCase(5_000, 0.001)]
    [TestCase(50, 0.05)]
    public void What_is_in_it_is_found_and_what_is_not_seldom(int count, double rate)
    {
        var digest = BloomDigest.Of([.. Enumerable.Range(0, count).Select(Identity)], rate, new FingerprintSalt(1, (ulong)count));
        Assert.That(Enumerable.Range(0, count).All(i => digest.MayContain(Identity(i))), Is.True);
        const int Others = 200_000;
        var found = Enumerable.Range(count, Others).Count(i => digest.MayContain(Identity(i)));
        TestContext.Out.WriteLine($"{count} with {rate}: {found / (double)Others}, {digest.Length} bytes");
        Assert.That(found / (double)Others, Is.InRange(rate * 0.6, rate * 1.25));
        Assert.That(8.0 * digest.Length / count, Is.LessThan(1.45 * Math.Log2(1 / rate) + 0.3));
    }

    [Test]
    public void What_one_digest_hides_another_one_shows()
    {
        var identities = Enumerable.Range(0, 2_000).Select(Identity).ToArray();
        var digests = Enumerable.Range(0, 4).Select(salt => BloomDigest.Of(identities, 0.05, new FingerprintSalt(0, (ulong)salt))).ToArray();
        var hidden = Enumerable.Range(2_000, 20_000).Select(Identity).Where(identity => digests[0].MayContain(identity)).ToArray();
        Assert.That(hidden, Has.Length.GreaterThan(500));
        Assert.That(hidden.Count(identity => digests.All(digest => digest.MayContain(identity))), Is.LessThan(5));
    }

    [Test]
    public void Nothing_is_in_the_digest_of_nothing() => Assert.That(BloomDigest.Of([], 0.01, default).MayContain(Identity(1)), Is.False);

    [Test]
    public void It_comes_back_as_it_was_and_what_is_none_is_refused()
    {
        var digest = BloomDigest.Of([.. Enumerable.Range(0, 100).Select(Identity)], 0.01, new FingerprintSalt(7, 8));
        var bytes = Written(digest);
        var reader = new MessagePackReader(bytes);
        var read = BloomDigest.Read(ref reader);
        Assert.That((reader.End, Written(read)), Is.EqualTo((true, bytes)));
        Assert.That(Enumerable.Range(0, 10_000).All(i => digest.MayContain(Identity(i)) == read.MayContain(Identity(i))), Is.True);
        Refused("00 00 00 c4 01 ff", "A Bloom digest has 0 bits for each rumour; allowed: 1 to 16.");
        Refused("00 00 11 c4 01 ff", "A Bloom digest has 17 bits for each rumour; allowed: 1 to 16.");
        Refused("00 00 01 c4 00", "A Bloom digest has 0 bytes; allowed: 1 to 65536.");
    }

    [Test]
    public void It_never_takes_more_than_64_KiB() =>
        Assert.That(BloomDigest.Of([.. Enumerable.Range(0, 100_000).Select(Identity)], 0.01, default).Length, Is.EqualTo(BloomDigest.BytesMax));

    private static RumourId Identity(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return RumourId.Of(Blake3.Hash(bytes));
    }

    private static byte[] Written(BloomDigest digest)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        digest.Write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Refused(string bytes, string expected) =>
        Assert.That(
            () =>
            {
                var reader = new MessagePackReader(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)));
                return BloomDigest.Read(ref reader);
            },
            Throws.TypeOf<MessageFormatException>().With.Message.EqualTo(expected));
}
