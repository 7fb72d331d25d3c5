using System.Buffers;
using System.Buffers.Binary;
using Consensus.Serialization;

namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class MerkleProofTests
{
    private static readonly MerkleTree Tree = MerkleTree.Create(Enumerable.Range(0, 13).Select(FakeKeys.Hash).ToArray());

    [Test]
    public void A_proof_comes_back_as_it_was([Range(0, 12)] int index)
    {
        var proof = Tree.Prove(index);

        Assert.That(MerkleProof.TryDecode(proof.Encode(), out var decoded, out var defect), Is.True, defect);
        Assert.Multiple(() =>
        {
            Assert.That((decoded!.Index, decoded.Count), Is.EqualTo(((ulong)index, 13UL)));
            Assert.That(decoded.Path, Is.EqualTo(proof.Path));
            Assert.That(decoded.Verify(Tree.Root, FakeKeys.Hash(index)), Is.True);
        });
    }

    [Test]
    public void The_bytes_are_those_of_the_documentation()
    {
        var proof = new MerkleProof(2, 3, [new Digest(Enumerable.Repeat((byte)0xAB, 32).ToArray())]);

        Assert.That(Convert.ToHexStringLower(proof.Encode()), Is.EqualTo("0000000000000002" + "0000000000000003" + string.Concat(Enumerable.Repeat("ab", 32))));
    }

    [TestCase("", "at least 16 bytes; 0")]
    [TestCase("0000000000000000 00000000000000", "at least 16 bytes; 15")]
    [TestCase("0000000000000000 0000000000000000", "Leaf 0 of a tree with 0")]
    [TestCase("0000000000000005 0000000000000005", "Leaf 5 of a tree with 5")]
    [TestCase("FFFFFFFFFFFFFFFF FFFFFFFFFFFFFFFF", "of a tree with")]
    [TestCase("0000000000000000 FFFFFFFFFFFFFFFF", "has 64 siblings")]
    [TestCase("FFFFFFFFFFFFFFFE FFFFFFFFFFFFFFFF", "siblings")]
    [TestCase("0000000000000000 0000000000000001 00", "has 0 siblings of 32 bytes on its way up; 1 bytes")]
    [TestCase("0000000000000000 0000000000000002", "has 1 siblings of 32 bytes on its way up; 0 bytes")]
    public void A_defect_is_named(string hex, string expected)
    {
        Assert.That(MerkleProof.TryDecode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out var proof, out var defect), Is.False);
        Assert.That(proof, Is.Null);
        Assert.That(defect, Does.Contain(expected));
    }

    [Test]
    public void Within_a_message_the_reader_stops_after_the_proof()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        Tree.Prove(7).Write(ref writer);
        writer.Write(42);
        writer.Flush();
        var reader = new MessagePackReader(output.WrittenMemory);

        Assert.That(MerkleProof.Read(ref reader).Path, Is.EqualTo(Tree.Prove(7).Path));
        Assert.That(reader.ReadInt32(), Is.EqualTo(42));
    }

    [Test]
    public void A_proof_in_the_largest_tree_has_a_path_for_each_bit()
    {
        var bytes = new byte[16 + (64 * 32)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), ulong.MaxValue);

        Assert.That(MerkleProof.TryDecode(bytes, out var proof, out var defect), Is.True, defect);
        Assert.That(proof!.Path, Has.Length.EqualTo(MerkleProof.PathLengthMax));
        Assert.That(proof.Verify(Tree.Root, FakeKeys.Hash(0)), Is.False);
    }

    // Whatever decodes must be canonical: encoding it again gives the same bytes.
    [Test]
    public void Mutated_and_random_bytes_are_refused_or_canonical([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 4000; run++)
        {
            var bytes = Mutation.Of(Tree.Prove(random.Next(13)).Encode(), random);
            if (MerkleProof.TryDecode(bytes, out var proof, out var defect))
            {
                Assert.That(proof.Encode(), Is.EqualTo(bytes), $"seed {seed}, run {run}");
            }
            else
            {
                Assert.That(defect, Is.Not.Empty, $"seed {seed}, run {run}");
            }
        }
    }

    [Test]
    public void Mutated_and_random_messages_are_refused_or_canonical([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 2000; run++)
        {
            var bytes = Mutation.Of(Framed(Tree.Prove(random.Next(13))), random);
            try
            {
                var reader = new MessagePackReader(bytes);
                var proof = MerkleProof.Read(ref reader);
                Assert.That(Framed(proof), Is.EqualTo(bytes[..(int)reader.Consumed]), $"seed {seed}, run {run}");
            }
            catch (MessagePackSerializationException)
            {
                // The only refusal that is allowed; anything else fails the test.
            }
        }
    }

    private static byte[] Framed(MerkleProof proof)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        proof.Write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
