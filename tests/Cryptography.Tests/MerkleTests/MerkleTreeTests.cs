namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class MerkleTreeTests
{
    private static byte[][] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => Inputs.Random(i % 70, i))];

    private static MerkleTree Tree(IEnumerable<byte[]> leaves) => MerkleTree.Create(leaves.Select(leaf => new ReadOnlyMemory<byte>(leaf)));

    [Test]
    public void Root_and_proofs_are_those_of_the_definition([Range(0, 70)] int count)
    {
        var leaves = Leaves(count);
        var tree = Tree(leaves);

        Assert.That(tree.Root, Is.EqualTo(NaiveMerkle.Root(leaves)));
        for (var i = 0; i < count; i++)
        {
            Assert.That(tree.Prove(i).Path, Is.EqualTo(NaiveMerkle.Path(i, leaves)), $"leaf {i}");
        }
    }

    [Test]
    public void Each_leaf_is_proven_at_its_place_and_at_no_other([Range(1, 40)] int count)
    {
        var leaves = Leaves(count);
        var tree = Tree(leaves);
        for (var i = 0; i < count; i++)
        {
            var proof = tree.Prove(i);
            for (var j = 0; j < count; j++)
            {
                Assert.That(proof.Verify(tree.Root, leaves[j]), Is.EqualTo(i == j), $"the proof of leaf {i} for what leaf {j} holds");
            }
        }
    }

    [Test]
    public void The_frontier_has_the_root_of_the_tree_after_each_leaf()
    {
        var leaves = Leaves(300);
        var frontier = new MerkleFrontier();
        Assert.That(frontier.ComputeRoot(), Is.EqualTo(Tree([]).Root));
        for (var count = 1; count <= leaves.Length; count++)
        {
            frontier.Append(leaves[count - 1]);
            Assert.That(frontier.ComputeRoot(), Is.EqualTo(Tree(leaves[..count]).Root), $"{count} leaves");
            Assert.That(frontier.Count, Is.EqualTo((ulong)count));
        }
    }

    [Test]
    public void Leaves_that_hold_digests_are_leaves_that_hold_their_bytes()
    {
        var digests = Enumerable.Range(0, 13).Select(FakeKeys.Hash).ToArray();
        var bytes = digests.Select(digest => Convert.FromHexString(digest.ToString())).ToArray();
        var tree = MerkleTree.Create(digests);
        var frontier = new MerkleFrontier();
        Array.ForEach(digests, digest => frontier.Append(digest));

        Assert.That(tree.Root, Is.EqualTo(Tree(bytes).Root));
        Assert.That(frontier.ComputeRoot(), Is.EqualTo(tree.Root));
        Assert.That(tree.Prove(12).Verify(tree.Root, digests[12]), Is.True);
        Assert.That(tree.Prove(12).Verify(tree.Root, digests[11]), Is.False);
    }

    [Test]
    public void No_change_of_one_bit_of_a_proof_or_a_leaf_is_accepted([Values(1, 2, 3, 5, 8, 13, 33)] int count)
    {
        var leaves = Leaves(count);
        var tree = Tree(leaves);
        for (var i = 0; i < count; i++)
        {
            var proof = tree.Prove(i).Encode();
            for (var bit = 0; bit < 8 * proof.Length; bit++)
            {
                Assert.That(
                    MerkleProof.TryDecode(Flipped(proof, bit), out var changed, out _) && changed.Verify(tree.Root, leaves[i]), Is.False, $"leaf {i}, bit {bit} of the proof");
            }

            for (var bit = 0; bit < 8 * leaves[i].Length; bit++)
            {
                Assert.That(tree.Prove(i).Verify(tree.Root, Flipped(leaves[i], bit)), Is.False, $"leaf {i}, bit {bit} of what it holds");
            }
        }
    }

    // Without the count in the root, the siblings of leaf 0 of 3 would also prove leaf 0 of 4.
    [Test]
    public void A_path_proves_one_number_of_leaves_only()
    {
        var leaves = Leaves(3);
        var tree = Tree(leaves);
        var proof = tree.Prove(0);

        Assert.That(proof.Verify(tree.Root, leaves[0]), Is.True);
        Assert.That(new MerkleProof(0, 4, proof.Path).Verify(tree.Root, leaves[0]), Is.False);
    }

    // The two children of a node, presented as one leaf (second preimage).
    [Test]
    public void A_node_cannot_be_presented_as_a_leaf()
    {
        var leaves = Leaves(4);
        var tree = Tree(leaves);
        var left = Convert.FromHexString(tree.Prove(1).Path[0].ToString() + tree.Prove(0).Path[0]);
        var right = tree.Prove(0).Path[1];

        Assert.That(new MerkleProof(0, 2, [right]).Verify(tree.Root, left), Is.False);
        Assert.That(new MerkleProof(0, 4, [right]).Verify(tree.Root, left), Is.False);
        Assert.That(Tree([left, Convert.FromHexString(tree.Prove(2).Path[0].ToString() + tree.Prove(3).Path[0])]).Root, Is.Not.EqualTo(tree.Root));
    }

    // CVE-2012-2459: a tree that doubles its last leaf has one root for both lists.
    [Test]
    public void Doubling_the_last_leaf_changes_the_root()
    {
        var leaves = Leaves(3);

        Assert.That(Tree([.. leaves, leaves[2]]).Root, Is.Not.EqualTo(Tree(leaves).Root));
    }

    [Test]
    public void A_proof_among_a_million_is_small_and_correct()
    {
        const int Count = 1_000_000;
        var digests = new Digest[Count];
        var frontier = new MerkleFrontier();
        for (var i = 0; i < Count; i++)
        {
            digests[i] = FakeKeys.Hash(i);
            frontier.Append(digests[i]);
        }

        var tree = MerkleTree.Create(digests);

        Assert.That(frontier.ComputeRoot(), Is.EqualTo(tree.Root));
        foreach (var i in new[] { 0, 1, 65_535, 65_536, 524_287, 524_288, 999_998, 999_999 })
        {
            Assert.That(tree.Prove(i).EncodedSize, Is.LessThanOrEqualTo(656), $"leaf {i}");
            Assert.That(tree.Prove(i).Verify(tree.Root, digests[i]), Is.True, $"leaf {i}");
        }
    }

    [Test]
    public void Checking_a_proof_allocates_nothing()
    {
        var leaves = Leaves(1000);
        var tree = Tree(leaves);
        var proof = tree.Prove(500);
        Run(10);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var valid = Run(100);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(valid, Is.True);

        bool Run(int times)
        {
            var all = true;
            for (var i = 0; i < times; i++)
            {
                all &= proof.Verify(tree.Root, leaves[500]);
            }

            return all;
        }
    }

    [TestCase(-1)]
    [TestCase(5)]
    public void A_leaf_that_does_not_exist_is_not_proven(int index) => Assert.That(() => Tree(Leaves(5)).Prove(index), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        var changed = bytes.ToArray();
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
