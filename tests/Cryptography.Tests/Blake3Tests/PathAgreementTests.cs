using FsCheck;
using FsCheck.Fluent;

namespace Consensus.Cryptography.Tests;

/// <summary>Every vector path gives what the scalar one gives.</summary>
[TestFixture]
internal sealed class PathAgreementTests
{
    private const int Batch = Blake3Tree.BatchSize;

    [TestCaseSource(typeof(Paths), nameof(Paths.Vectors))]
    public void At_every_length_up_to_eight_chunks_and_a_byte(Blake3Path path)
    {
        var input = Inputs.Random((8 * Blake3Constants.ChunkSize) + 1, seed: 8193);
        for (var length = 0; length <= input.Length; length++)
        {
            var expected = Blake3Tree.Hash(Blake3Mode.Hash(Blake3Path.Scalar), input.AsSpan(0, length));
            Assert.That(Blake3Tree.Hash(Blake3Mode.Hash(path), input.AsSpan(0, length)), Is.EqualTo(expected), $"{length} bytes");
        }
    }

    [TestCaseSource(typeof(Paths), nameof(Paths.Vectors))]
    public void Around_every_number_of_chunks_of_a_batch_and_beyond(Blake3Path path)
    {
        var input = Inputs.Random((3 * Batch) + 1, seed: 65536);
        for (var chunks = 1; chunks <= 3 * Blake3Tree.BatchChunks; chunks++)
        {
            foreach (var length in new[] { -1, 0, 1 }.Select(offset => (chunks * Blake3Constants.ChunkSize) + offset))
            {
                var expected = Blake3Tree.Hash(Blake3Mode.Hash(Blake3Path.Scalar), input.AsSpan(0, length));
                Assert.That(Blake3Tree.Hash(Blake3Mode.Hash(path), input.AsSpan(0, length)), Is.EqualTo(expected), $"{length} bytes");
            }
        }
    }

    [TestCaseSource(typeof(Paths), nameof(Paths.Vectors))]
    public void On_any_input_key_and_output_length(Blake3Path path)
    {
        var cases =
            from length in Gen.OneOf(Gen.Choose(0, 2048), Gen.Choose(2048, 3 * Batch))
            from outputLength in Gen.Choose(0, 300)
            from seed in Gen.Choose(0, int.MaxValue)
            select (length, outputLength, seed);
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            var input = Inputs.Random(test.length, test.seed);
            var key = Inputs.Random(Blake3.KeySize, test.seed / 2);
            var expected = new byte[test.outputLength];
            var actual = new byte[test.outputLength];
            Blake3Tree.Hash(Blake3Mode.Keyed(key, Blake3Path.Scalar), input, expected);
            Blake3Tree.Hash(Blake3Mode.Keyed(key, path), input, actual);
            return actual.AsSpan().SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();
    }

    [TestCaseSource(typeof(Paths), nameof(Paths.Vectors))]
    public void For_any_number_of_chunks_whose_numbers_pass_32_bits(Blake3Path path)
    {
        const int Size = Blake3Constants.ChainingValueSize;
        var input = Inputs.Random(Batch, seed: 32);
        var expected = new byte[Blake3Tree.BatchValuesSize];
        var actual = new byte[Blake3Tree.BatchValuesSize];
        for (var count = 1; count <= 33; count++)
        {
            var chunks = input.AsSpan(0, count * Blake3Constants.ChunkSize);
            foreach (var first in new[] { 0UL, uint.MaxValue - 20UL, uint.MaxValue, 1UL << 53 })
            {
                Blake3Kernel.Chunks(Blake3Mode.Hash(Blake3Path.Scalar), chunks, first, expected);
                Blake3Kernel.Chunks(Blake3Mode.Hash(path), chunks, first, actual);
                Assert.That(actual[..(count * Size)], Is.EqualTo(expected[..(count * Size)]), $"{count} chunks from {first} on");
            }
        }
    }

    [TestCaseSource(typeof(Paths), nameof(Paths.Vectors))]
    public void For_any_number_of_parents_and_leaves_what_follows_alone(Blake3Path path)
    {
        const int Size = Blake3Constants.ChainingValueSize;
        for (var parents = 1; parents <= 33; parents++)
        {
            var expected = Inputs.Random((2 * parents * Size) + Size, seed: parents);
            var actual = expected.ToArray();
            var following = expected.AsSpan(2 * parents * Size).ToArray();
            Blake3Kernel.Parents(Blake3Mode.Hash(Blake3Path.Scalar), expected.AsSpan(0, 2 * parents * Size));
            Blake3Kernel.Parents(Blake3Mode.Hash(path), actual.AsSpan(0, 2 * parents * Size));
            Assert.That(actual[..(parents * Size)], Is.EqualTo(expected[..(parents * Size)]), $"{parents} parents");
            Assert.That(actual[(2 * parents * Size)..], Is.EqualTo(following), $"{parents} parents");
        }
    }

    [TestCaseSource(typeof(Paths), nameof(Paths.Vectors))]
    public void At_any_place_of_the_output(Blake3Path path)
    {
        var input = Inputs.Random(100, seed: 100);
        var scalar = new Blake3Hasher(Blake3Mode.Hash(Blake3Path.Scalar));
        var vector = new Blake3Hasher(Blake3Mode.Hash(path));
        scalar.Update(input);
        vector.Update(input);
        var expected = new byte[200];
        var actual = new byte[200];
        foreach (var offset in new ulong[] { 0, 1, 63, 64, 65, (64UL << 32) - 100, ulong.MaxValue - 200 })
        {
            scalar.Finalize(expected, offset);
            vector.Finalize(actual, offset);
            Assert.That(actual, Is.EqualTo(expected), $"from {offset} on");
        }
    }
}
