using System.Text;

namespace Consensus.Cryptography.Tests;

/// <summary>RFC 3720, appendix B.4; the RFC prints the checksums as bytes in transmission order, here they are numbers.</summary>
[TestFixture]
internal sealed class Crc32CTests
{
    private static readonly byte[] IscsiReadCommand =
    [
        0x01, 0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18,
        0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ];

    [Test]
    public void The_vectors_of_the_RFC_come_out()
    {
        var ascending = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Crc32C.Compute(new byte[32]), Is.EqualTo(0x8A9136AA));
            Assert.That(Crc32C.Compute(Enumerable.Repeat((byte)0xFF, 32).ToArray()), Is.EqualTo(0x62A8AB43));
            Assert.That(Crc32C.Compute(ascending), Is.EqualTo(0x46DD794E));
            Assert.That(Crc32C.Compute(ascending.Reverse().ToArray()), Is.EqualTo(0x113FDB5C));
            Assert.That(Crc32C.Compute(IscsiReadCommand), Is.EqualTo(0xD9963A56));
        }
    }

    [Test]
    public void The_check_value_comes_out() => Assert.That(Crc32C.Compute("123456789"u8), Is.EqualTo(0xE3069283));

    [Test]
    public void No_data_leaves_the_seed_as_it_is()
    {
        Assert.That(Crc32C.Compute([]), Is.Zero);
        Assert.That(Crc32C.Compute([], 0xE3069283), Is.EqualTo(0xE3069283));
    }

    [Test]
    public void It_agrees_with_division_bit_by_bit_at_every_length_and_alignment()
    {
        var data = Inputs.Random(80, seed: 3720);
        for (var start = 0; start < 8; start++)
        {
            for (var length = 0; length <= data.Length - start; length++)
            {
                var part = data.AsSpan(start, length);
                Assert.That(Crc32C.Compute(part), Is.EqualTo(BitByBit(part)), $"{length} bytes from {start}");
            }
        }
    }

    [Test]
    public void The_checksum_of_a_beginning_seeds_that_of_the_whole()
    {
        var data = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 40)));
        for (var split = 0; split <= data.Length; split++)
        {
            var seed = Crc32C.Compute(data.AsSpan(0, split));
            Assert.That(Crc32C.Compute(data.AsSpan(split), seed), Is.EqualTo(Crc32C.Compute(data)), $"split after {split}");
        }
    }

    [Test]
    public void Every_single_flipped_bit_is_found()
    {
        var data = Inputs.Random(64, seed: 1);
        var intact = Crc32C.Compute(data);
        for (var bit = 0; bit < 8 * data.Length; bit++)
        {
            data[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(Crc32C.Compute(data), Is.Not.EqualTo(intact), $"bit {bit}");
            data[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    private static uint BitByBit(ReadOnlySpan<byte> data)
    {
        const uint ReflectedPolynomial = 0x82F63B78;
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * ReflectedPolynomial);
            }
        }

        return ~crc;
    }
}
