using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip;

/// <summary>A sum. For each agent that has added something there is what it has added in all since the counter was last removed, as far as it has seen that.</summary>
internal sealed class CounterNode : MergeNode
{
    private const int BytesMin = 3;

    private readonly ImmutableSortedDictionary<Dot, long> _sums;

    private CounterNode(ImmutableSortedDictionary<Dot, long> sums) => _sums = sums;

    public static CounterNode Empty { get; } = new(ImmutableSortedDictionary<Dot, long>.Empty);

    public override MergeKind Kind => MergeKind.Counter;

    public override bool IsEmpty => _sums.IsEmpty;

    public override IEnumerable<Dot> Dots => _sums.Keys;

    /// <summary>The sum; beyond the bounds of its type it goes on at the other end, on all agents alike.</summary>
    public long Sum => _sums.Values.Aggregate(0L, static (sum, part) => unchecked(sum + part));

    /// <summary>The counter after its <paramref name="dot"/>'s agent has added something.</summary>
    public CounterNode Plus(Dot dot, long amount)
    {
        var own = _sums.Where(sum => sum.Key.Origin == dot.Origin).ToArray();
        var total = own.Aggregate(amount, static (sum, part) => unchecked(sum + part.Value));
        return new CounterNode(_sums.RemoveRange(own.Select(sum => sum.Key)).Add(dot, total));
    }

    public override MergeNode Join(MergeNode other, CausalContext seen, CausalContext seenThere) => new CounterNode(_sums.Join(((CounterNode)other)._sums, seen, seenThere));

    public override void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(_sums.Count);
        foreach (var (dot, sum) in _sums)
        {
            dot.Write(ref writer);
            writer.Write(sum);
        }
    }

    public static CounterNode Read(ref MessagePackReader reader)
    {
        var sums = ImmutableSortedDictionary.CreateBuilder<Dot, long>();
        var last = default(Dot);
        for (var left = WireFields.ReadCount(ref reader, BytesMin); left > 0; left--)
        {
            last = DotFields.ReadBehind(ref reader, last);
            sums.Add(last, reader.ReadInt64());
        }

        return new CounterNode(sums.ToImmutable());
    }
}
