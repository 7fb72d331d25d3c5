namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class Blake3OutlineTests
{
    private const int PartSize = 4096;

    [Test]
    public void Every_part_is_proven_and_with_any_bit_changed_none(
        [Values(1, 1023, 1024, 4095, 4096, 4097, 8192, 9000, 12_289, 65_536, 100_000, 300_001)] int length)
    {
        var input = Inputs.Random(length, length);
        var hash = Blake3.Hash(input);
        var outline = OutlineOf(input, PartSize);
        for (var offset = 0; offset < length; offset += PartSize)
        {
            var part = input.AsSpan(offset, Math.Min(PartSize, length - offset)).ToArray();
            var proof = outline.Prove(offset / PartSize);
            Assert.That(Blake3Outline.Verify(hash, length, offset, part, proof), Is.True, $"at {offset}");

            part[(offset / 7) % part.Length] ^= 1;
            Assert.That(Blake3Outline.Verify(hash, length, offset, part, proof), Is.False, $"another bit at {offset}");
        }
    }

    [Test]
    public void Parts_of_every_size_are_proven([Values(1024, 2048, 65_536, 131_072, 1_048_576)] int size)
    {
        var input = Inputs.Random(2_500_000, 3);
        var hash = Blake3.Hash(input);
        var outline = OutlineOf(input, size);
        var index = (input.Length / size) - 1;

        Assert.That(Blake3Outline.Verify(hash, input.Length, (long)index * size, input.AsSpan(index * size, size), outline.Prove(index)), Is.True);
    }

    [Test]
    public void A_part_is_proven_at_its_place_in_an_input_of_its_length_and_nowhere_else()
    {
        var input = new byte[10 * PartSize];
        var hash = Blake3.Hash(input);
        var outline = OutlineOf(input, PartSize);
        var part = input.AsSpan(0, PartSize);
        var proof = outline.Prove(2);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Blake3Outline.Verify(hash, input.Length, 2 * PartSize, part, proof), Is.True);
            Assert.That(Blake3Outline.Verify(hash, input.Length, 3 * PartSize, part, proof), Is.False, "all zeros, but chunks are counted");
            Assert.That(Blake3Outline.Verify(hash, input.Length / 2, 2 * PartSize, part, proof), Is.False, "half as long");
            Assert.That(Blake3Outline.Verify(hash, input.Length + 1, 9 * PartSize, part, outline.Prove(9)), Is.False, "the last part");
            Assert.That(Blake3Outline.Verify(hash, input.Length, 2 * PartSize, part[..^1], proof), Is.False);
            Assert.That(Blake3Outline.Verify(hash, input.Length, 2 * PartSize, default, proof), Is.False);
            Assert.That(Blake3Outline.Verify(hash, input.Length, 2 * PartSize, part, proof.AsSpan(0, proof.Length - 32)), Is.False);
            Assert.That(Blake3Outline.Verify(hash, input.Length, 2 * PartSize, part, [.. proof, .. new byte[32]]), Is.False);
        }
    }

    [TestCase(-4096L)]
    [TestCase(1L)]
    [TestCase(512L)]
    [TestCase(40_960L)]
    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue)]
    public void A_place_that_is_none_proves_nothing(long offset)
    {
        var input = Inputs.Random(10 * PartSize, 5);

        Assert.That(Blake3Outline.Verify(Blake3.Hash(input), input.Length, offset, input.AsSpan(0, PartSize), OutlineOf(input, PartSize).Prove(0)), Is.False);
    }

    [Test]
    public void What_is_all_of_the_input_needs_no_proof_and_has_none()
    {
        var input = Inputs.Random(PartSize, 6);
        var outline = OutlineOf(input, PartSize);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(outline.Prove(0), Is.Empty);
            Assert.That(Blake3Outline.Verify(Blake3.Hash(input), PartSize, 0, input, default), Is.True);
            Assert.That(Blake3Outline.Verify(Blake3.Hash(input), PartSize, 0, input, new byte[32]), Is.False);
            Assert.That(Blake3Outline.Verify(Blake3.Hash([]), 0, 0, default, default), Is.True, "an empty input has one part");
        }
    }

    // Two chaining values are not the bytes of a chunk, whatever their hash.
    [Test]
    public void A_node_of_the_tree_is_no_part()
    {
        var input = Inputs.Random(2048, 7);
        var outline = OutlineOf(input, 1024);
        byte[] children = [.. outline.Prove(1), .. outline.Prove(0)];

        Assert.That(Blake3Outline.Verify(Blake3.Hash(input), children.Length, 0, children, default), Is.False);
    }

    [TestCase(1024, 1024)]
    [TestCase(1025, 1024)]
    [TestCase(16 * 1024, 16 * 1024)]
    [TestCase(300_000, 262_144)]
    [TestCase(int.MaxValue, Blake3Outline.PartSizeMax)]
    public void The_largest_parts_within_a_limit_are_a_power_of_two(int bytesMax, int size) => Assert.That(Blake3Outline.PartSizeWithin(bytesMax), Is.EqualTo(size));

    [Test]
    public void Parts_have_the_same_size_but_for_the_last()
    {
        var outline = new Blake3Outline(2048);
        outline.Append(new byte[2048]);
        outline.Append(new byte[5]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => outline.Append(new byte[2048]), Throws.ArgumentException);
            Assert.That(() => outline.Prove(2), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Blake3Outline(1000), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Blake3Outline(512), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    private static Blake3Outline OutlineOf(byte[] input, int size)
    {
        var outline = new Blake3Outline(size);
        for (var offset = 0; offset < input.Length; offset += size)
        {
            outline.Append(input.AsSpan(offset, Math.Min(size, input.Length - offset)));
        }

        return outline;
    }
}
