using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip;

/// <summary>A value that is written as a whole. All writes are kept of which none has seen the other; the last of them is the value.</summary>
internal sealed class RegisterNode : MergeNode
{
    private const int BytesMin = 4;

    private readonly ImmutableSortedDictionary<Dot, (Timestamp Time, MergeKey Value)> _writes;

    private RegisterNode(ImmutableSortedDictionary<Dot, (Timestamp Time, MergeKey Value)> writes) => _writes = writes;

    public static RegisterNode Empty { get; } = new(ImmutableSortedDictionary<Dot, (Timestamp Time, MergeKey Value)>.Empty);

    public override MergeKind Kind => MergeKind.Register;

    public override bool IsEmpty => _writes.IsEmpty;

    public override IEnumerable<Dot> Dots => _writes.Keys;

    /// <summary>The last write.</summary>
    public (Timestamp Time, MergeKey Value)? Last => _writes.IsEmpty ? null : _writes.MaxBy(write => (write.Value.Time, write.Key)).Value;

    /// <summary>The register after a write of somebody who has seen all that is in it.</summary>
    public static RegisterNode Written(Dot dot, Timestamp time, MergeKey value) => new(Empty._writes.Add(dot, (time, value)));

    public override MergeNode Join(MergeNode other, CausalContext seen, CausalContext seenThere) => new RegisterNode(_writes.Join(((RegisterNode)other)._writes, seen, seenThere));

    public override void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(_writes.Count);
        foreach (var (dot, (time, value)) in _writes)
        {
            dot.Write(ref writer);
            writer.Write(time.UnixMilliseconds);
            writer.Write(value.Bytes);
        }
    }

    public static RegisterNode Read(ref MessagePackReader reader)
    {
        var writes = ImmutableSortedDictionary.CreateBuilder<Dot, (Timestamp Time, MergeKey Value)>();
        var last = default(Dot);
        for (var left = WireFields.ReadCount(ref reader, BytesMin); left > 0; left--)
        {
            last = DotFields.ReadBehind(ref reader, last);
            writes.Add(last, (new Timestamp(reader.ReadInt64()), new MergeKey(WireFields.ReadBytes(ref reader).Span)));
        }

        return new RegisterNode(writes.ToImmutable());
    }
}
