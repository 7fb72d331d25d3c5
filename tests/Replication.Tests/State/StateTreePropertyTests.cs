using Consensus.Replication.State;
using FsCheck;
using FsCheck.Fluent;

namespace Consensus.Replication.Tests.State;

/// <summary>Any history of a tree against a sorted dictionary; a history that fails is shrunk to the shortest that does.</summary>
public sealed class StateTreePropertyTests
{
    private static readonly byte[][] Keys = [[0], [0, 0], [0, 1], [0, 0x10], [0, 0x10, 0], [0x10], [0x11], [0x11, 0xFF], [0xFF], [0xFF, 0xFF, 0xFF]];

    /// <summary>What a history does: sets or overwrites a key (with 0, 1 or 2 bytes), removes one, freezes, ends the oldest view, or hashes.</summary>
    private enum Step
    {
        Set,
        Overwrite,
        Remove,
        Freeze,
        Dispose,
        Hash,
    }

    private static Arbitrary<(Step Step, int Key, int Size)[]> Histories => Arb.From(
        Gen.ArrayOf(
            from step in Gen.Frequency((3, Gen.Constant(Step.Set)), (3, Gen.Constant(Step.Overwrite)), (3, Gen.Constant(Step.Remove)), (1, Gen.Constant(Step.Freeze)), (1, Gen.Constant(Step.Dispose)), (1, Gen.Constant(Step.Hash)))
            from key in Gen.Choose(0, Keys.Length - 1)
            from size in Gen.Choose(0, 2)
            select (step, key, size)),
        Shorter);

    [Test]
    public void Any_history_gives_the_contents_hash_and_snapshots_of_its_model() =>
        Prop.ForAll(Histories, history =>
        {
            var tree = new StateTree();
            var model = new SortedDictionary<byte[], byte[]>(Bytes.Ordinal);
            var views = new List<(StateTreeView View, KeyValuePair<byte[], byte[]>[] Contents)>();
            foreach (var (step, key, size) in history)
            {
                switch (step)
                {
                    case Step.Set:
                        tree.Set(Keys[key], new byte[size]);
                        model[Keys[key]] = new byte[size];
                        break;
                    case Step.Overwrite:
                        var value = new byte[size];
                        value.AsSpan().Fill((byte)model.Count);
                        tree.Overwrite(Keys[key], value, default);
                        model[Keys[key]] = value;
                        break;
                    case Step.Dispose when views.Count > 0:
                        if (!IsOf(views[0].View, views[0].Contents))
                        {
                            return false;
                        }

                        views[0].View.Dispose();
                        views.RemoveAt(0);
                        break;
                    case Step.Remove when tree.Remove(Keys[key]) != model.Remove(Keys[key]):
                        return false;
                    case Step.Freeze:
                        views.Add((tree.Freeze(), [.. model]));
                        break;
                    case Step.Hash:
                        tree.RootHash();
                        break;
                    default:
                        break;
                }
            }

            views.Add((tree.Freeze(), [.. model]));
            return tree.RootHash() == views[^1].View.RootHash() && views.TrueForAll(view => IsOf(view.View, view.Contents));
        }).QuickCheckThrowOnFailure();

    /// <summary>Contents, hash and bytes are those of a tree that has seen nothing else, in whatever order.</summary>
    private static bool IsOf(StateTreeView view, KeyValuePair<byte[], byte[]>[] contents)
    {
        var (forwards, backwards) = (Trees.Of(contents), Trees.Of(contents.Reverse()));
        var bytes = Trees.Written(view);
        var entries = Trees.List(view.Scan(default));
        return view.Count == contents.Length
            && entries.Zip(contents).All(pair => pair.First.Key.AsSpan().SequenceEqual(pair.Second.Key) && pair.First.Value.AsSpan().SequenceEqual(pair.Second.Value))
            && view.RootHash() == forwards.RootHash() && view.RootHash() == backwards.RootHash()
            && bytes.AsSpan().SequenceEqual(Trees.Written(forwards)) && bytes.AsSpan().SequenceEqual(Trees.Written(backwards))
            && Trees.Read(bytes).RootHash() == view.RootHash();
    }

    /// <summary>The same history without one of its steps.</summary>
    private static IEnumerable<(Step Step, int Key, int Size)[]> Shorter((Step Step, int Key, int Size)[] history) =>
        Enumerable.Range(0, history.Length).Select(left => history.Where((_, i) => i != left).ToArray());
}
