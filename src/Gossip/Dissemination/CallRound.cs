using System.Collections.Immutable;
using Consensus.Engine;

namespace Consensus.Gossip.Dissemination;

/// <summary>The calls of one round, all of which say the same, and who has not answered.</summary>
internal sealed class CallRound(ushort number, Ticks at, ImmutableArray<RumourId> told, ImmutableArray<RumourId> named, IEnumerable<NodeId> called)
{
    private readonly HashSet<NodeId> _awaited = [.. called];

    public ushort Number => number;

    public Ticks At => at;

    /// <summary>What was told, in the order of the calls.</summary>
    public ImmutableArray<RumourId> Told => told;

    /// <summary>What was named only.</summary>
    public ImmutableArray<RumourId> Named => named;

    /// <summary>How many have not answered.</summary>
    public int Awaited => _awaited.Count;

    /// <summary>Somebody answers; each does once.</summary>
    public bool TryAnswer(NodeId from) => _awaited.Remove(from);
}
