using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip;

/// <summary>A set of elements, each with the changes by which it was added (Bieniusa et al., <em>An optimized conflict-free replicated set</em>, 2012): there are no tombstones.</summary>
internal sealed class SetNode : MergeNode
{
    private const int BytesMin = 4;

    private readonly ImmutableSortedDictionary<MergeKey, ImmutableSortedSet<Dot>> _elements;

    private SetNode(ImmutableSortedDictionary<MergeKey, ImmutableSortedSet<Dot>> elements) => _elements = elements;

    public static SetNode Empty { get; } = new(ImmutableSortedDictionary<MergeKey, ImmutableSortedSet<Dot>>.Empty);

    public override MergeKind Kind => MergeKind.Set;

    public override bool IsEmpty => _elements.IsEmpty;

    public override IEnumerable<Dot> Dots => _elements.Values.SelectMany(dots => dots);

    /// <summary>The elements, in growing order.</summary>
    public IEnumerable<MergeKey> Elements => _elements.Keys;

    /// <summary>Whether an element is in it.</summary>
    public bool Has(MergeKey element) => _elements.ContainsKey(element);

    /// <summary>The set after an element was added.</summary>
    public SetNode With(Dot dot, MergeKey element) => new(_elements.SetItem(element, [dot]));

    /// <summary>The set after an element was removed, as far as it was seen.</summary>
    public SetNode Without(MergeKey element) => new(_elements.Remove(element));

    public override MergeNode Join(MergeNode other, CausalContext seen, CausalContext seenThere)
    {
        var there = ((SetNode)other)._elements;
        var joined = ImmutableSortedDictionary.CreateBuilder<MergeKey, ImmutableSortedSet<Dot>>();
        foreach (var element in _elements.Keys.Union(there.Keys))
        {
            var dots = _elements.GetValueOrDefault(element, []).Join(there.GetValueOrDefault(element, []), seen, seenThere);
            if (!dots.IsEmpty)
            {
                joined.Add(element, dots);
            }
        }

        return new SetNode(joined.ToImmutable());
    }

    public override void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(_elements.Count);
        foreach (var (element, dots) in _elements)
        {
            writer.Write(element.Bytes);
            writer.WriteArrayHeader(dots.Count);
            foreach (var dot in dots)
            {
                dot.Write(ref writer);
            }
        }
    }

    public static SetNode Read(ref MessagePackReader reader)
    {
        var elements = ImmutableSortedDictionary.CreateBuilder<MergeKey, ImmutableSortedSet<Dot>>();
        MergeKey? last = null;
        for (var left = WireFields.ReadCount(ref reader, BytesMin); left > 0; left--)
        {
            var element = MapNode.ReadKeyBehind(ref reader, last);
            last = element;
            var dots = ImmutableSortedSet.CreateBuilder<Dot>();
            var before = default(Dot);
            var count = WireFields.ReadCount(ref reader, 2);
            if (count == 0)
            {
                throw new MessageFormatException($"The element {element} of a set was added by no change; allowed: one or more.");
            }

            for (; count > 0; count--)
            {
                before = DotFields.ReadBehind(ref reader, before);
                dots.Add(before);
            }

            elements.Add(element, dots.ToImmutable());
        }

        return new SetNode(elements.ToImmutable());
    }
}
