using Consensus.Cryptography;
using Consensus.Replication.State;

namespace Consensus.Replication.Tests.State;

public sealed class StateTreeTests
{
    [Test]
    public void An_empty_tree_has_the_hash_of_nothing_and_no_entries()
    {
        var tree = new StateTree();

        Assert.That(tree.RootHash(), Is.EqualTo(Blake3.Hash([])));
        Assert.That(tree.Count, Is.Zero);
        Assert.That(tree.TryGet("a"u8, out _), Is.False);
        Assert.That(tree.Remove("a"u8), Is.False);
        Assert.That(Trees.List(tree.Scan(default)), Is.Empty);
    }

    [Test]
    public void A_leaf_and_a_branch_hash_as_documented()
    {
        var tree = new StateTree();
        tree.Set("a"u8, "x"u8);
        var first = Blake3.Hash([0, 1, 0, (byte)'a', (byte)'x']);
        Assert.That(tree.RootHash(), Is.EqualTo(first));

        tree.Set("ab"u8, "y"u8);
        var second = Blake3.Hash([0, 2, 0, (byte)'a', (byte)'b', (byte)'y']);
        Span<byte> branch = stackalloc byte[7 + (2 * Digest.Size)];
        branch[0] = 1;
        branch[1] = 2;
        branch[3] = 1 | (1 << (1 + 6));
        first.CopyTo(branch[7..]);
        second.CopyTo(branch[(7 + Digest.Size)..]);
        Assert.That(tree.RootHash(), Is.EqualTo(Blake3.Hash(branch)));
    }

    [Test]
    public void A_key_has_one_to_1024_bytes_and_a_value_at_most_16_MiB()
    {
        var tree = new StateTree();

        Assert.Throws<ArgumentException>(() => tree.Set(default, "x"u8));
        Assert.Throws<ArgumentException>(() => tree.Set(new byte[1025], "x"u8));
        Assert.Throws<ArgumentException>(() => tree.Set("a"u8, new byte[(16 << 20) + 1]));
        tree.Set(new byte[1024], default);
        tree.Set("a"u8, new byte[16 << 20]);
        Assert.That(tree.Count, Is.EqualTo(2));
        Assert.That(Trees.Read(Trees.Written(tree)).RootHash(), Is.EqualTo(tree.RootHash()));
    }

    [Test]
    public void A_value_that_was_found_stays_as_it_was()
    {
        var tree = new StateTree();
        tree.Set("a"u8, "first"u8);
        Assert.That(tree.TryGet("a"u8, out var value));

        tree.Set("a"u8, "other"u8);
        tree.Remove("a"u8);

        Assert.That(value.ToArray(), Is.EqualTo("first"u8.ToArray()));
    }

    [Test]
    public void A_value_in_two_pieces_is_the_pieces_joined()
    {
        var tree = new StateTree();
        tree.Set("a"u8, "12"u8, "345"u8);
        var hash = tree.RootHash();
        tree.Set("a"u8, "123"u8, "45"u8);

        Assert.That(tree.TryGet("a"u8, out var value));
        Assert.That(value.ToArray(), Is.EqualTo("12345"u8.ToArray()));
        Assert.That(tree.RootHash(), Is.EqualTo(hash));
    }

    [Test]
    public void Any_order_of_changes_to_the_same_contents_gives_the_same_hash_and_bytes([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        var contents = new SortedDictionary<byte[], byte[]>(Bytes.Ordinal);
        while (contents.Count < 200)
        {
            contents[Trees.CrowdedKey(random)] = Trees.Random(random, random.Next(5));
        }

        var straight = Trees.Of(contents);
        var shuffled = contents.ToArray();
        random.Shuffle(shuffled);
        var other = new StateTree();
        var passing = new List<byte[]>();
        foreach (var (key, value) in shuffled)
        {
            other.Set(key, "for now"u8);
            passing.Add(Trees.CrowdedKey(random));
            other.Set(passing[^1], "passing"u8);
            if (random.Next(8) == 0)
            {
                other.RootHash();
                other.Freeze();
            }
        }

        foreach (var key in passing.Where(key => !contents.ContainsKey(key)))
        {
            other.Remove(key);
        }

        foreach (var (key, value) in shuffled)
        {
            other.Set(key, value);
        }

        Assert.That(other.Count, Is.EqualTo(contents.Count));
        Assert.That(other.RootHash(), Is.EqualTo(straight.RootHash()));
        Assert.That(Trees.Written(other), Is.EqualTo(Trees.Written(straight)));
    }

    [Test]
    public void The_hash_changes_with_any_key_or_value()
    {
        var hashes = new HashSet<Digest>();
        foreach (var changed in Enumerable.Range(-1, 101))
        {
            var tree = Trees.Of(Enumerable.Range(0, 100).Select(n => KeyValuePair.Create(Trees.Key(n), new byte[] { (byte)(n == changed ? 1 : 0) })));
            hashes.Add(tree.RootHash());
            tree.Remove(Trees.Key(Math.Max(changed, 0)));
            hashes.Add(tree.RootHash());
        }

        Assert.That(hashes, Has.Count.EqualTo(201));
    }

    [Test]
    public void Keys_that_are_prefixes_of_each_other_make_a_deep_tree_and_no_deep_stack()
    {
        var tree = new StateTree();
        var key = new byte[StateTree.KeyBytesMax];
        for (var length = 1; length <= key.Length; length++)
        {
            tree.Set(key.AsSpan(0, length), Trees.Key(length));
        }

        var other = new StateTree();
        for (var length = key.Length; length > 0; length--)
        {
            other.Set(key.AsSpan(0, length), Trees.Key(length));
        }

        var (hash, otherHash, readHash, scanned) = (default(Digest), default(Digest), default(Digest), 0);

        // Little stack: recursion by level would not fit.
        var thread = new Thread(
            () =>
            {
                hash = tree.RootHash();
                otherHash = other.RootHash();
                readHash = Trees.Read(Trees.Written(tree)).RootHash();
                scanned = Trees.List(tree.Scan(key.AsSpan(0, 1000))).Count;
            },
            128 * 1024);
        thread.Start();
        thread.Join();
        Assert.That(otherHash, Is.EqualTo(hash));
        Assert.That(readHash, Is.EqualTo(hash));
        Assert.That(scanned, Is.EqualTo(25));

        for (var length = 1; length <= key.Length; length++)
        {
            Assert.That(tree.Remove(key.AsSpan(0, length)));
        }

        Assert.That(tree.RootHash(), Is.EqualTo(new StateTree().RootHash()));
    }

    [Test]
    public void A_set_of_an_equal_value_is_no_change()
    {
        var tree = new StateTree();
        tree.Set("a"u8, "x"u8);
        tree.TryGet("a"u8, out var before);
        tree.Freeze();

        tree.Set("a"u8, "x"u8);

        tree.TryGet("a"u8, out var after);
        Assert.That(after.Equals(before), "the very same memory");
    }

    [Test]
    public void Overwriting_uses_the_memory_that_is_there_unless_a_view_needs_it()
    {
        var tree = new StateTree();
        tree.Set("a"u8, "one"u8);
        tree.Set("b"u8, "one"u8);
        tree.TryGet("a"u8, out var first);

        tree.Overwrite("a"u8, "t"u8, "wo"u8);
        Assert.That(first.ToArray(), Is.EqualTo("two"u8.ToArray()), "in place");

        var view = tree.Freeze();
        tree.Overwrite("a"u8, "thr"u8, default);
        Assert.That(first.ToArray(), Is.EqualTo("two"u8.ToArray()), "the view has it");
        view.TryGet("a"u8, out var seen);
        Assert.That(seen.ToArray(), Is.EqualTo("two"u8.ToArray()));
        tree.TryGet("b"u8, out var shared);

        view.Dispose();
        tree.Overwrite("b"u8, "fou"u8, default);
        Assert.That(shared.ToArray(), Is.EqualTo("fou"u8.ToArray()), "nobody needs the old one any more");

        tree.Overwrite("b"u8, "five"u8, default);
        Assert.That(shared.ToArray(), Is.EqualTo("fou"u8.ToArray()), "another length is another memory");
        tree.TryGet("b"u8, out var last);
        Assert.That(last.ToArray(), Is.EqualTo("five"u8.ToArray()));
    }

    [Test]
    public void A_view_that_was_disposed_is_not_read()
    {
        var tree = new StateTree();
        tree.Set("a"u8, "one"u8);
        var view = tree.Freeze();
        view.Dispose();
        view.Dispose();
        Assert.Throws<ObjectDisposedException>(() => view.RootHash());
        Assert.Throws<ObjectDisposedException>(() => view.TryGet("a"u8, out _));
        Assert.Throws<ObjectDisposedException>(() => view.Scan(default));
    }

    [Test]
    public void Overwriting_allocates_nothing()
    {
        var tree = new StateTree();
        var keys = Enumerable.Range(0, 100).Select(i => BitConverter.GetBytes(i)).ToArray();
        foreach (var key in keys)
        {
            tree.Set(key, new byte[100]);
        }

        tree.Freeze().Dispose();
        var value = new byte[100];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            value[0]++;
            tree.Overwrite(keys[i % keys.Length], value, default);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
