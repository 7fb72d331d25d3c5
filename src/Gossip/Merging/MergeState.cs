using System.Buffers;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip;

/// <summary>
/// State that agents change without asking each other, and merge in any order, as often as they like: whoever has seen the same changes has the same state, to the byte (Shapiro et al., SSS 2011; Almeida et al., JPDC 2018). A map of
/// registers, counters, sets, and further maps.
/// </summary>
/// <remarks>Immutable and safe to share between threads. Paths lead from map to map to a value: of one key at least, and of <see cref="PathMax"/> at most.</remarks>
public sealed class MergeState : IEquatable<MergeState>
{
    /// <summary>How many keys a path has at most.</summary>
    public const int PathMax = MergeNode.DepthMax;

    private readonly MapNode _root;

    private MergeState(CausalContext seen, MapNode root) => (Seen, _root) = (seen, root);

    /// <summary>The state in which nothing was ever changed.</summary>
    public static MergeState Empty { get; } = new(CausalContext.Empty, MapNode.Empty);

    /// <summary>The changes that were seen.</summary>
    public CausalContext Seen { get; }

    /// <summary>The hash of it all: the same where the same changes were seen.</summary>
    public Digest Hash
    {
        get
        {
            var buffer = new ArrayBufferWriter<byte>();
            Write(buffer);
            return Blake3.Hash(buffer.WrittenSpan);
        }
    }

    /// <summary>The value of a register; nothing, if it was not written, or was removed.</summary>
    public MergeKey? Read(params ReadOnlySpan<MergeKey> path) => ((RegisterNode)Find(path, MergeKind.Register)).Last?.Value;

    /// <summary>The value of a counter; 0, if nothing was added.</summary>
    public long Count(params ReadOnlySpan<MergeKey> path) => ((CounterNode)Find(path, MergeKind.Counter)).Sum;

    /// <summary>The elements of a set, in growing order.</summary>
    public IReadOnlyList<MergeKey> ElementsOf(params ReadOnlySpan<MergeKey> path) => [.. ((SetNode)Find(path, MergeKind.Set)).Elements];

    /// <summary>What stands under which keys of a map, in growing order.</summary>
    /// <param name="path">The path to the map; an empty one, for the outermost.</param>
    public IReadOnlyList<(MergeKey Key, MergeKind Kind)> KeysOf(params ReadOnlySpan<MergeKey> path) => [.. (path.IsEmpty ? _root : (MapNode)Find(path, MergeKind.Map)).Keys];

    /// <summary>Writes a register.</summary>
    /// <param name="origin">Who does.</param>
    /// <param name="time">When.</param>
    /// <param name="value">The value.</param>
    /// <param name="path">Where.</param>
    public MergeState Assign(NodeId origin, Timestamp time, MergeKey value, params ReadOnlySpan<MergeKey> path) =>
        Change(origin, MergeKind.Register, path, (_, dot) => RegisterNode.Written(dot, time, value));

    /// <summary>Adds to a counter.</summary>
    /// <param name="origin">Who does.</param>
    /// <param name="amount">How much; also less than 0.</param>
    /// <param name="path">Where.</param>
    public MergeState Add(NodeId origin, long amount, params ReadOnlySpan<MergeKey> path) =>
        Change(origin, MergeKind.Counter, path, (counter, dot) => ((CounterNode)counter).Plus(dot, amount));

    /// <summary>Puts an element into a set.</summary>
    /// <param name="origin">Who does.</param>
    /// <param name="element">The element.</param>
    /// <param name="path">Where.</param>
    public MergeState Include(NodeId origin, MergeKey element, params ReadOnlySpan<MergeKey> path) =>
        Change(origin, MergeKind.Set, path, (set, dot) => ((SetNode)set).With(dot, element));

    /// <summary>Takes an element out of a set, as far as it was seen that it is in it.</summary>
    /// <param name="element">The element.</param>
    /// <param name="path">Where.</param>
    public MergeState Exclude(MergeKey element, params ReadOnlySpan<MergeKey> path) => new(Seen, Update(_root, RequirePath(path), MergeKind.Set, set => ((SetNode)set).Without(element)));

    /// <summary>Removes all that stands under a key, as far as it was seen.</summary>
    /// <param name="path">Where.</param>
    public MergeState Remove(params ReadOnlySpan<MergeKey> path)
    {
        var map = RequirePath(path)[..^1];
        var key = path[^1];
        return new MergeState(Seen, map.IsEmpty ? _root.Without(key) : Update(_root, map, MergeKind.Map, node => ((MapNode)node).Without(key)));
    }

    /// <summary>The state in which all changes were seen that were seen in either.</summary>
    public MergeState Merge(MergeState other) => new(Seen.Merge(other.Seen), (MapNode)_root.Join(other._root, Seen, other.Seen));

    /// <summary>Writes it: where the same changes were seen, the same bytes.</summary>
    public void Write(IBufferWriter<byte> destination)
    {
        var writer = new MessagePackWriter(destination);
        Seen.Write(ref writer);
        _root.Write(ref writer);
        writer.Flush();
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="MessageFormatException">The bytes are none, or are not in the one form.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    public static MergeState Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var seen = CausalContext.Read(ref reader);
        var root = MapNode.Read(ref reader, depth: 1);
        if (!reader.End)
        {
            throw new MessageFormatException($"{reader.Sequence.Length - reader.Consumed} bytes follow a mergeable state; allowed: none.");
        }

        return root.Dots.All(seen.Has) ? new MergeState(seen, root) : throw new MessageFormatException("A mergeable state has changes in it that it has not seen.");
    }

    /// <inheritdoc/>
    public bool Equals(MergeState? other) => other is not null && Seen.Equals(other.Seen) && Hash == other.Hash;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MergeState);

    /// <inheritdoc/>
    public override int GetHashCode() => Seen.GetHashCode();

    private static ReadOnlySpan<MergeKey> RequirePath(ReadOnlySpan<MergeKey> path)
    {
        ArgumentOutOfRangeException.ThrowIfZero(path.Length, nameof(path));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(path.Length, PathMax, nameof(path));
        return path;
    }

    private static MapNode Update(MapNode map, ReadOnlySpan<MergeKey> path, MergeKind kind, Func<MergeNode, MergeNode> change) => map.With(
        path[0], path.Length == 1 ? change(map.Find(path[0], kind)) : Update((MapNode)map.Find(path[0], MergeKind.Map), path[1..], kind, change));

    private MergeState Change(NodeId origin, MergeKind kind, ReadOnlySpan<MergeKey> path, Func<MergeNode, Dot, MergeNode> change)
    {
        var dot = Seen.NextOf(origin);
        return new MergeState(Seen.With(dot), Update(_root, RequirePath(path), kind, node => change(node, dot)));
    }

    private MergeNode Find(ReadOnlySpan<MergeKey> path, MergeKind kind)
    {
        var map = _root;
        foreach (var key in RequirePath(path)[..^1])
        {
            map = (MapNode)map.Find(key, MergeKind.Map);
        }

        return map.Find(path[^1], kind);
    }
}
