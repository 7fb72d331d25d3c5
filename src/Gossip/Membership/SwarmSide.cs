namespace Consensus.Gossip;

/// <summary>On which side of a divided swarm a node is.</summary>
public enum SwarmSide
{
    /// <summary>With a majority, as always when the swarm is whole.</summary>
    Majority,

    /// <summary>With fewer: it may read what it has, and changes nothing that the others could change as well.</summary>
    Minority,
}
