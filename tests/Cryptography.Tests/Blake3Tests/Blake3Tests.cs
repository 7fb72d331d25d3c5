namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class Blake3Tests
{
    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void A_key_of_another_length_is_refused(int length)
    {
        var key = new byte[length];
        Assert.That(() => Blake3.KeyedHash(key, []), Throws.ArgumentException.With.Message.Contains($"{length} were given"));
        Assert.That(() => Blake3.KeyedHash(key, [], new byte[1]), Throws.ArgumentException);
        Assert.That(() => Blake3Hasher.CreateKeyed(key), Throws.ArgumentException);
    }

    [Test]
    public void The_modes_do_not_collide()
    {
        var iv = Blake3Constants.Iv.ToArray();
        var digests = new[] { Blake3.Hash("input"u8), Blake3.KeyedHash(iv, "input"u8), Blake3.DeriveKey(iv, "input"u8) };
        Assert.That(digests, Is.Unique);
    }

    [Test]
    public void Output_of_no_length_is_allowed() => Assert.That(() => Blake3.Hash("input"u8, []), Throws.Nothing);

    [Test]
    public void Output_may_overlap_input()
    {
        foreach (var length in new[] { 64, 1000, 70_000 })
        {
            var input = Inputs.Random(length, seed: length);
            var expected = new byte[60];
            Blake3.Hash(input, expected);
            Blake3.Hash(input, input.AsSpan(4, expected.Length));
            Assert.That(input[4..64], Is.EqualTo(expected), $"{length} bytes");
        }
    }

    [Test]
    public void A_digest_does_not_allocate()
    {
        var input = Inputs.Random(200_000, seed: 3);
        var key = OfficialVectors.Key;
        HashAll(input, key);
        var before = GC.GetAllocatedBytesForCurrentThread();
        HashAll(input, key);
        Assert.That(GC.GetAllocatedBytesForCurrentThread(), Is.EqualTo(before));
    }

    [Test]
    public void Several_threads_may_hash_at_once()
    {
        var inputs = Enumerable.Range(0, 50).Select(i => Inputs.Random(i * i * 60, i)).ToArray();
        var expected = inputs.Select(input => Blake3Tree.Hash(Blake3Mode.Hash(Blake3Path.Scalar), input)).ToArray();
        var wrong = 0;
        var threads = Enumerable.Range(0, 4).Select(number => new Thread(() =>
        {
            for (var i = 0; i < 20 * inputs.Length; i++)
            {
                var which = (i + (13 * number)) % inputs.Length;
                if (Blake3.Hash(inputs[which]) != expected[which])
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.That(wrong, Is.Zero);
    }

    private static void HashAll(byte[] input, byte[] key)
    {
        Span<byte> output = stackalloc byte[100];
        foreach (var length in new[] { 0, 64, 352, 5000, input.Length })
        {
            var part = input.AsSpan(0, length);
            Blake3.Hash(part);
            Blake3.Hash(part, output);
            Blake3.KeyedHash(key, part);
            Blake3.KeyedHash(key, part, output);
            Blake3.DeriveKey(key, part);
            Blake3.DeriveKey(key, part, output);
        }
    }
}
