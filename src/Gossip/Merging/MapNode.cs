using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip;

/// <summary>Values under keys; several of different kinds may stand under one.</summary>
internal sealed class MapNode : MergeNode
{
    private const int BytesMin = 3;

    private readonly ImmutableSortedDictionary<(MergeKey Key, MergeKind Kind), MergeNode> _values;

    private MapNode(ImmutableSortedDictionary<(MergeKey Key, MergeKind Kind), MergeNode> values) => _values = values;

    public static MapNode Empty { get; } = new(ImmutableSortedDictionary<(MergeKey Key, MergeKind Kind), MergeNode>.Empty);

    public override MergeKind Kind => MergeKind.Map;

    public override bool IsEmpty => _values.IsEmpty;

    public override IEnumerable<Dot> Dots => _values.Values.SelectMany(value => value.Dots);

    /// <summary>What stands under which keys, in growing order.</summary>
    public IEnumerable<(MergeKey Key, MergeKind Kind)> Keys => _values.Keys;

    /// <summary>The value of a kind under a key; an empty one, if there is none.</summary>
    public MergeNode Find(MergeKey key, MergeKind kind) => _values.GetValueOrDefault((key, kind)) ?? EmptyOf(kind);

    /// <summary>The map with a value; without it, if that is empty.</summary>
    public MapNode With(MergeKey key, MergeNode value) => new(value.IsEmpty ? _values.Remove((key, value.Kind)) : _values.SetItem((key, value.Kind), value));

    /// <summary>The map without what stands under a key, as far as it was seen.</summary>
    public MapNode Without(MergeKey key) => new(_values.RemoveRange(Enum.GetValues<MergeKind>().Select(kind => (key, kind))));

    public override MergeNode Join(MergeNode other, CausalContext seen, CausalContext seenThere)
    {
        var there = ((MapNode)other)._values;
        var joined = ImmutableSortedDictionary.CreateBuilder<(MergeKey Key, MergeKind Kind), MergeNode>();
        foreach (var (key, kind) in _values.Keys.Union(there.Keys))
        {
            var value = Find(key, kind).Join(((MapNode)other).Find(key, kind), seen, seenThere);
            if (!value.IsEmpty)
            {
                joined.Add((key, kind), value);
            }
        }

        return new MapNode(joined.ToImmutable());
    }

    public override void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(_values.Count);
        foreach (var ((key, kind), value) in _values)
        {
            writer.Write(key.Bytes);
            writer.Write((byte)kind);
            value.Write(ref writer);
        }
    }

    public static MapNode Read(ref MessagePackReader reader, int depth)
    {
        if (depth > DepthMax)
        {
            throw new MessageFormatException($"Maps lie more than {DepthMax} deep in each other.");
        }

        var values = ImmutableSortedDictionary.CreateBuilder<(MergeKey Key, MergeKind Kind), MergeNode>();
        (MergeKey Key, MergeKind Kind)? last = null;
        for (var left = WireFields.ReadCount(ref reader, BytesMin); left > 0; left--)
        {
            var place = (new MergeKey(WireFields.ReadBytes(ref reader).Span), (MergeKind)reader.ReadByte());
            var value = Read(ref reader, place.Item2, depth + 1);
            if (last is { } before && Comparer<(MergeKey, MergeKind)>.Default.Compare(place, before) <= 0)
            {
                throw new MessageFormatException($"The key {place.Item1} of a map comes behind {before.Key}; allowed: in growing order.");
            }

            if (value.IsEmpty)
            {
                throw new MessageFormatException($"Under the key {place.Item1} of a map is an empty {place.Item2}; allowed: nothing.");
            }

            values.Add(place, value);
            last = place;
        }

        return new MapNode(values.ToImmutable());
    }

    /// <summary>Reads a key that comes behind another one.</summary>
    /// <exception cref="MessageFormatException">It does not.</exception>
    public static MergeKey ReadKeyBehind(ref MessagePackReader reader, MergeKey? last)
    {
        var key = new MergeKey(WireFields.ReadBytes(ref reader).Span);
        return last is { } before && key <= before ? throw new MessageFormatException($"The element {key} of a set comes behind {before}; allowed: in growing order.") : key;
    }
}
