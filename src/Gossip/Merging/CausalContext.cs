using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip;

/// <summary>
/// Which changes a state has seen, whether they are still to be seen in it or not: so what is missing from a state that has seen it was removed, and what is missing from one that has not is new to it. A version vector, and single changes beyond it where some before
/// them are not here yet (Almeida, Shoker and Baquero, JPDC 2018, section 7).
/// </summary>
/// <remarks>Immutable, in one form for each set of changes.</remarks>
public sealed class CausalContext : IEquatable<CausalContext>
{
    private const int BytesMin = 2;

    private readonly ImmutableSortedDictionary<NodeId, ulong> _upTo;
    private readonly ImmutableSortedSet<Dot> _beyond;

    private CausalContext(ImmutableSortedDictionary<NodeId, ulong> upTo, ImmutableSortedSet<Dot> beyond) => (_upTo, _beyond) = (upTo, beyond);

    /// <summary>No change at all.</summary>
    public static CausalContext Empty { get; } = new(ImmutableSortedDictionary<NodeId, ulong>.Empty, []);

    /// <summary>Up to which number all changes of each agent were seen.</summary>
    public ImmutableSortedDictionary<NodeId, ulong> UpTo => _upTo;

    /// <summary>Whether a change was seen.</summary>
    public bool Has(Dot dot) => dot.Number <= _upTo.GetValueOrDefault(dot.Origin) || _beyond.Contains(dot);

    /// <summary>The change that an agent makes next.</summary>
    /// <param name="origin">The agent, which has seen all of its own changes.</param>
    public Dot NextOf(NodeId origin) => new(origin, _upTo.GetValueOrDefault(origin) + 1);

    /// <summary>With one more change.</summary>
    public CausalContext With(Dot dot) => Has(dot) ? this : Compact(_upTo, _beyond.Add(dot));

    /// <summary>With all that another one has seen.</summary>
    public CausalContext Merge(CausalContext other)
    {
        var upTo = _upTo.ToBuilder();
        foreach (var (origin, number) in other._upTo)
        {
            if (number > upTo.GetValueOrDefault(origin))
            {
                upTo[origin] = number;
            }
        }

        return Compact(upTo.ToImmutable(), _beyond.Union(other._beyond));
    }

    /// <summary>Whether all that another one has seen was seen here, too.</summary>
    public bool Covers(CausalContext other) =>
        other._beyond.All(Has) && other._upTo.All(seen => seen.Value <= _upTo.GetValueOrDefault(seen.Key) || CoversSingly(seen.Key, seen.Value));

    /// <inheritdoc/>
    public bool Equals(CausalContext? other) => other is not null && _upTo.SequenceEqual(other._upTo) && _beyond.SetEquals(other._beyond);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CausalContext);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var (origin, number) in _upTo)
        {
            hash = unchecked((hash * 31) + (int)origin.Value + (int)number);
        }

        return unchecked((hash * 31) + _beyond.Count);
    }

    /// <summary>Writes it.</summary>
    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(_upTo.Count);
        foreach (var (origin, number) in _upTo)
        {
            writer.Write(origin.Value);
            writer.Write(number);
        }

        writer.WriteArrayHeader(_beyond.Count);
        foreach (var dot in _beyond)
        {
            dot.Write(ref writer);
        }
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="MessageFormatException">The bytes are none, or not in the one form.</exception>
    internal static CausalContext Read(ref MessagePackReader reader)
    {
        var upTo = ImmutableSortedDictionary.CreateBuilder<NodeId, ulong>();
        var last = NodeId.None;
        for (var left = WireFields.ReadCount(ref reader, BytesMin); left > 0; left--)
        {
            var origin = new NodeId(reader.ReadUInt32());
            var number = reader.ReadUInt64();
            if (origin <= last || number == 0)
            {
                throw new MessageFormatException($"A context has changes up to {origin}:{number} behind those of {last}; allowed: agents in growing order, from 1 on, and numbers from 1 on.");
            }

            upTo.Add(origin, number);
            last = origin;
        }

        var beyond = ImmutableSortedSet.CreateBuilder<Dot>();
        var before = default(Dot);
        for (var left = WireFields.ReadCount(ref reader, BytesMin); left > 0; left--)
        {
            var dot = DotFields.Read(ref reader);
            if (dot <= before || dot.Number <= upTo.GetValueOrDefault(dot.Origin) + 1)
            {
                throw new MessageFormatException($"A context has the single change {dot} behind {before}; allowed: in growing order, where one before it is missing.");
            }

            beyond.Add(dot);
            before = dot;
        }

        return new CausalContext(upTo.ToImmutable(), beyond.ToImmutable());
    }

    private static CausalContext Compact(ImmutableSortedDictionary<NodeId, ulong> upTo, ImmutableSortedSet<Dot> beyond)
    {
        foreach (var dot in beyond)
        {
            var seen = upTo.GetValueOrDefault(dot.Origin);
            if (dot.Number > seen + 1)
            {
                continue;
            }

            beyond = beyond.Remove(dot);
            upTo = dot.Number == seen + 1 ? upTo.SetItem(dot.Origin, dot.Number) : upTo;
        }

        return new CausalContext(upTo, beyond);
    }

    private bool CoversSingly(NodeId origin, ulong number)
    {
        for (var missing = _upTo.GetValueOrDefault(origin) + 1; missing <= number; missing++)
        {
            if (!_beyond.Contains(new Dot(origin, missing)))
            {
                return false;
            }
        }

        return true;
    }
}
