namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class Blake3HasherTests
{
    [TestCaseSource(typeof(Paths), nameof(Paths.All))]
    public void However_the_input_is_cut_the_digest_is_that_of_the_whole(Blake3Path path)
    {
        var hasher = new Blake3Hasher(Blake3Mode.Hash(path));
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var input = Inputs.Random(random.Next(3 * Blake3Tree.BatchSize), seed);
            var longest = 1 << random.Next(1, 19);
            hasher.Reset();
            for (var rest = input.AsSpan(); !rest.IsEmpty;)
            {
                var piece = Math.Min(random.Next(longest), rest.Length);
                hasher.Update(rest[..piece]);
                rest = rest[piece..];
            }

            Assert.That(hasher.Finalize(), Is.EqualTo(Blake3Tree.Hash(Blake3Mode.Hash(path), input)), $"seed {seed}");
        }
    }

    [TestCaseSource(typeof(Paths), nameof(Paths.All))]
    public void A_digest_in_between_does_not_disturb_what_follows(Blake3Path path)
    {
        var input = Inputs.Random((5 * Blake3Constants.ChunkSize) + 77, seed: 5);
        var hasher = new Blake3Hasher(Blake3Mode.Hash(path));
        for (var taken = 0; taken < input.Length; taken += 77)
        {
            Assert.That(hasher.Finalize(), Is.EqualTo(Blake3.Hash(input.AsSpan(0, taken))), $"after {taken} bytes");
            hasher.Update(input.AsSpan(taken, Math.Min(77, input.Length - taken)));
        }

        Assert.That(hasher.Finalize(), Is.EqualTo(Blake3.Hash(input)));
        Assert.That(hasher.Finalize(), Is.EqualTo(Blake3.Hash(input)), "once more");
    }

    [Test]
    public void An_empty_piece_changes_nothing()
    {
        var input = Inputs.Random(Blake3Constants.ChunkSize, seed: 0);
        var hasher = new Blake3Hasher();
        hasher.Update([]);
        hasher.Update(input);
        hasher.Update([]);
        Assert.That(hasher.Finalize(), Is.EqualTo(Blake3.Hash(input)));
    }

    [Test]
    public void A_reset_hasher_keeps_its_key_or_context_and_nothing_else()
    {
        var key = OfficialVectors.Key;
        var context = OfficialVectors.Context;
        var plain = new Blake3Hasher();
        var keyed = Blake3Hasher.CreateKeyed(key);
        var derived = Blake3Hasher.CreateDeriveKey(context);
        foreach (var length in new[] { 100_000, 0, 1, 3000, 1024 })
        {
            var input = Inputs.Random(length, length);
            Assert.That(Once(plain, input), Is.EqualTo(Blake3.Hash(input)));
            Assert.That(Once(keyed, input), Is.EqualTo(Blake3.KeyedHash(key, input)));
            Assert.That(Once(derived, input), Is.EqualTo(Blake3.DeriveKey(context, input)));
        }
    }

    [Test]
    public void A_keyed_hasher_does_not_see_later_changes_of_the_key()
    {
        var key = OfficialVectors.Key;
        var hasher = Blake3Hasher.CreateKeyed(key);
        var expected = Blake3.KeyedHash(key, "message"u8);
        key[0] ^= 1;
        hasher.Update("message"u8);
        Assert.That(hasher.Finalize(), Is.EqualTo(expected));
    }

    [Test]
    public void Any_part_of_the_output_can_be_had_without_what_is_before_it()
    {
        foreach (var length in new[] { 10, 5000 })
        {
            var hasher = new Blake3Hasher();
            hasher.Update(Inputs.Counting(length));
            var whole = new byte[500];
            hasher.Finalize(whole);
            for (var offset = 0; offset < 200; offset++)
            {
                var part = new byte[300 - offset];
                hasher.Finalize(part, (ulong)offset);
                Assert.That(part, Is.EqualTo(whole[offset..300]), $"from {offset} on");
            }
        }
    }

    [Test]
    public void Output_beyond_its_end_is_refused()
    {
        var hasher = new Blake3Hasher();
        Assert.That(() => hasher.Finalize(new byte[1], ulong.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => hasher.Finalize(new byte[1], ulong.MaxValue - 1), Throws.Nothing);
    }

    [Test]
    public void A_hasher_that_is_used_again_does_not_allocate()
    {
        var hasher = new Blake3Hasher();
        var input = Inputs.Random(200_000, seed: 2);
        Once(hasher, input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Once(hasher, input);
        Assert.That(GC.GetAllocatedBytesForCurrentThread(), Is.EqualTo(before));
    }

    private static Digest Once(Blake3Hasher hasher, ReadOnlySpan<byte> input)
    {
        hasher.Reset();
        var half = input.Length / 2;
        hasher.Update(input[..half]);
        hasher.Update(input[half..]);
        return hasher.Finalize();
    }
}
