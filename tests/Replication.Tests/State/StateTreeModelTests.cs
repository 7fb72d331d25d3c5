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
                case < 50:
                    var value = Trees.Random(random, random.Next(4));
                    tree.Set(key, value);
                    model[key] = value;
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
                    var view = tree.Freeze();
                    frozen.Add((view, Trees.Written(Trees.Of(model)), Trees.Of(model).RootHash()));
                    break;
            }

            Assert.That(tree.Count, Is.EqualTo(model.Count));
        }

        foreach (var (view, bytes, hash) in frozen)
        {
            Assert.That(Trees.Written(view), Is.EqualTo(bytes), $"seed {seed}");
            Assert.That(view.RootHash(), Is.EqualTo(hash), $"seed {seed}");
            Assert.That(Trees.Written(Trees.Read(bytes)), Is.EqualTo(bytes), $"seed {seed}");
            Assert.That(Trees.Read(bytes).RootHash(), Is.EqualTo(hash), $"seed {seed}");
        }

        Assert.That(tree.RootHash(), Is.EqualTo(Trees.Of(model).RootHash()), $"seed {seed}");
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
            Assert.That(Trees.List(tree.Freeze().Scan(prefix, after)), Is.EqualTo(expected), where);
        }
    }
}
