using Consensus.Replication.State;

namespace Consensus.Replication.Tests.State;

/// <summary>Random changes to a tree and to a sorted dictionary, which must agree in every answer.</summary>
public sealed class StateTreeModelTests
{
    [Test]
    public void A_tree_answers_as_a_sorted_dictionary([Range(1, 12)] int seed)
    {
        var random = new Random(seed);
        var tree = new StateTree();
        var model = new SortedDictionary<byte[], byte[]>(Bytes.Ordinal);
        var frozen = new List<(StateTreeView View, byte[] Bytes, Digest Hash)>();
        for (var step = 0; step < 2000; step++)
        {
            var key = seed % 2 == 0 ? Trees.CrowdedKey(random) : Trees.Random(random, 1 + random.Next(3));
            switch (random.Next(100))
            {
                case < 25:
                    var value = Trees.Random(random, random.Next(4));
                    tree.Set(key, value);
                    model[key] = value;
                    break;
                case < 50:
                    var written = Trees.Random(random, random.Next(4));
                    var split = random.Next(written.Length + 1);
                    tree.Overwrite(key, written.AsSpan(0, split), written.AsSpan(split));
                    model[key] = written;
                    break;
                case < 85:
                    Assert.That(tree.Remove(key), Is.EqualTo(model.Remove(key)), $"seed {seed}, step {step}");
                    break;
                case < 97:
                    Assert.That(tree.TryGet(key, out var found), Is.EqualTo(model.TryGetValue(key, out var expected)), $"seed {seed}, step {step}");
                    Assert.That(found.ToArray(), Is.EqualTo(expected ?? []));
                    break;
                case 97:
                    ScansAgree(tree, model, random, $"seed {seed}, step {step}");
                    break;
                case 98:
                    tree.RootHash();
                    break;
                default:
                    if (frozen.Count > random.Next(4))
                    {
                        // Until then it was as it was frozen; from then on the tree changes its nodes in place.
                        var disposed = random.Next(frozen.Count);
                        IsAsFrozen(frozen[disposed], $"seed {seed}, step {step}");
                        frozen[disposed].View.Dispose();
                        frozen.RemoveAt(disposed);
                    }

                    var view = tree.Freeze();
                    frozen.Add((view, Trees.Written(Trees.Of(model)), Trees.Of(model).RootHash()));
                    break;
            }

            Assert.That(tree.Count, Is.EqualTo(model.Count));
        }

        frozen.ForEach(view => IsAsFrozen(view, $"seed {seed}"));

        Assert.That(tree.RootHash(), Is.EqualTo(Trees.Of(model).RootHash()), $"seed {seed}");
    }

    private static void IsAsFrozen((StateTreeView View, byte[] Bytes, Digest Hash) frozen, string where)
    {
        Assert.That(Trees.Written(frozen.View), Is.EqualTo(frozen.Bytes), where);
        Assert.That(frozen.View.RootHash(), Is.EqualTo(frozen.Hash), where);
        Assert.That(Trees.Written(Trees.Read(frozen.Bytes)), Is.EqualTo(frozen.Bytes), where);
        Assert.That(Trees.Read(frozen.Bytes).RootHash(), Is.EqualTo(frozen.Hash), where);
    }

    private static void ScansAgree(StateTree tree, SortedDictionary<byte[], byte[]> model, Random random, string where)
    {
        for (var i = 0; i < 20; i++)
        {
            var prefix = random.Next(4) == 0 ? [] : Trees.CrowdedKey(random);
            byte[] after = random.Next(3) switch { 0 => [], 1 => Trees.CrowdedKey(random), _ => [.. prefix, .. Trees.CrowdedKey(random)] };
            var expected = model
                .Where(entry => entry.Key.AsSpan().StartsWith(prefix) && entry.Key.AsSpan().SequenceCompareTo(after) > 0)
                .Select(entry => (entry.Key, entry.Value));
            Assert.That(Trees.List(tree.Scan(prefix, after)), Is.EqualTo(expected), where);
            using var view = tree.Freeze();
            Assert.That(Trees.List(view.Scan(prefix, after)), Is.EqualTo(expected), where);
        }
    }
}
