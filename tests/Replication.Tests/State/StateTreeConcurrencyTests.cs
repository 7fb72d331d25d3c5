using Consensus.Replication.State;

namespace Consensus.Replication.Tests.State;

public sealed class StateTreeConcurrencyTests
{
    [Test]
    public async Task Views_read_by_other_threads_are_as_they_were_frozen_while_the_tree_goes_on([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        var tree = new StateTree();
        for (var i = 0; i < 2000; i++)
        {
            tree.Set(Trees.Random(random, 2), Trees.Random(random, 20));
        }

        for (var round = 0; round < 25; round++)
        {
            // Whether hashes are there already, or two threads compute them at once, must make no difference.
            if (random.Next(2) == 0)
            {
                tree.RootHash();
            }

            var expected = Trees.Written(tree);
            var view = tree.Freeze();
            using var start = new Barrier(3);
            var reading = 2;
            var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait();
                var hash = view.RootHash();
                var bytes = Trees.Written(view);

                // Who is last ends the view, while the tree goes on.
                if (Interlocked.Decrement(ref reading) == 0)
                {
                    view.Dispose();
                }

                return (Bytes: bytes, Hash: hash);
            })).ToArray();
            start.SignalAndWait();
            for (var change = 0; change < 3000; change++)
            {
                var key = Trees.Random(random, 2);
                if (random.Next(3) == 0)
                {
                    tree.Remove(key);
                }
                else
                {
                    tree.Overwrite(key, Trees.Random(random, 20), default);
                }

                if (change % 500 == 0)
                {
                    tree.RootHash();
                }
            }

            foreach (var (bytes, hash) in await Task.WhenAll(readers))
            {
                Assert.That(bytes.AsSpan().SequenceEqual(expected), $"seed {seed}, round {round}");
                Assert.That(hash, Is.EqualTo(Trees.Read(expected).RootHash()), $"seed {seed}, round {round}");
            }

            Assert.That(tree.RootHash(), Is.EqualTo(Trees.Read(Trees.Written(tree)).RootHash()), $"seed {seed}, round {round}");
        }
    }
}
