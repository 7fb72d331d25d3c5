namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class OfficialVectorTests
{
    [Test]
    public void The_vectors_are_all_there() => Assert.That(OfficialVectors.All(), Has.Count.EqualTo(35));

    [TestCaseSource(typeof(Paths), nameof(Paths.All))]
    public void Every_path_gives_the_official_output_in_one_go(Blake3Path path)
    {
        foreach (var vector in OfficialVectors.All())
        {
            var input = vector.Input;
            var output = new byte[vector.Hash.Length];
            var contextKey = new byte[Blake3.KeySize];
            using (Assert.EnterMultipleScope())
            {
                Blake3Tree.Hash(Blake3Mode.Hash(path), input, output);
                Assert.That(output, Is.EqualTo(vector.Hash), $"hash of {input.Length} bytes");
                Blake3Tree.Hash(Blake3Mode.Keyed(OfficialVectors.Key, path), input, output);
                Assert.That(output, Is.EqualTo(vector.KeyedHash), $"keyed hash of {input.Length} bytes");
                Blake3Tree.Hash(Blake3Mode.DeriveKey(OfficialVectors.Context, contextKey, path), input, output);
                Assert.That(output, Is.EqualTo(vector.DeriveKey), $"key derived from {input.Length} bytes");

                Assert.That(Blake3Tree.Hash(Blake3Mode.Hash(path), input), Is.EqualTo(Prefix(vector.Hash)));
                Assert.That(Blake3Tree.Hash(Blake3Mode.Keyed(OfficialVectors.Key, path), input), Is.EqualTo(Prefix(vector.KeyedHash)));
            }
        }
    }

    [TestCaseSource(typeof(Paths), nameof(Paths.All))]
    public void Every_path_gives_the_official_output_for_every_split_near_a_boundary(Blake3Path path)
    {
        var contextKey = new byte[Blake3.KeySize];
        var hash = new Blake3Hasher(Blake3Mode.Hash(path));
        var keyed = new Blake3Hasher(Blake3Mode.Keyed(OfficialVectors.Key, path));
        var derived = new Blake3Hasher(Blake3Mode.DeriveKey(OfficialVectors.Context, contextKey, path));
        foreach (var vector in OfficialVectors.All())
        {
            foreach (var split in SplitsOf(vector.InputLength))
            {
                var where = $"{vector.InputLength} bytes, split after {split}";
                Assert.That(Finish(hash, vector.Input, split, vector.Hash.Length), Is.EqualTo(vector.Hash), where);
                Assert.That(Finish(keyed, vector.Input, split, vector.KeyedHash.Length), Is.EqualTo(vector.KeyedHash), where);
                Assert.That(Finish(derived, vector.Input, split, vector.DeriveKey.Length), Is.EqualTo(vector.DeriveKey), where);
            }
        }
    }

    [Test]
    public void The_public_functions_give_the_official_output()
    {
        foreach (var vector in OfficialVectors.All())
        {
            var input = vector.Input;
            var output = new byte[vector.Hash.Length];
            Blake3.Hash(input, output);
            Assert.That(output, Is.EqualTo(vector.Hash));
            Assert.That(Blake3.Hash(input), Is.EqualTo(Prefix(vector.Hash)));
            Blake3.KeyedHash(OfficialVectors.Key, input, output);
            Assert.That(output, Is.EqualTo(vector.KeyedHash));
            Assert.That(Blake3.KeyedHash(OfficialVectors.Key, input), Is.EqualTo(Prefix(vector.KeyedHash)));
            Blake3.DeriveKey(OfficialVectors.Context, input, output);
            Assert.That(output, Is.EqualTo(vector.DeriveKey));
            Assert.That(Blake3.DeriveKey(OfficialVectors.Context, input), Is.EqualTo(Prefix(vector.DeriveKey)));
        }
    }

    private static Digest Prefix(byte[] output) => new(output.AsSpan(0, Digest.Size));

    private static byte[] Finish(Blake3Hasher hasher, byte[] input, int split, int outputLength)
    {
        hasher.Reset();
        hasher.Update(input.AsSpan(0, split));
        hasher.Update(input.AsSpan(split));
        var output = new byte[outputLength];
        hasher.Finalize(output);
        return output;
    }

    /// <summary>Up to one byte off each multiple of a block in the first chunks, and off each multiple of a chunk.</summary>
    private static IEnumerable<int> SplitsOf(int length)
    {
        var blocks = Enumerable.Range(0, 33).Select(block => block * Blake3Constants.BlockSize);
        var chunks = Enumerable.Range(0, (length / Blake3Constants.ChunkSize) + 1).Select(chunk => chunk * Blake3Constants.ChunkSize);
        return blocks.Concat(chunks)
            .SelectMany(boundary => new[] { boundary - 1, boundary, boundary + 1 })
            .Append(length)
            .Where(split => split >= 0 && split <= length)
            .Distinct();
    }
}
