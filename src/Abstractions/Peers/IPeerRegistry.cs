namespace Consensus;

/// <summary>What a node knows of its peers, for an operator. Safe to use from any number of threads; it takes nothing from the traffic.</summary>
public interface IPeerRegistry
{
    /// <summary>What is known at this moment of each peer that the node has now, in the order of their numbers; they are none before the node has started.</summary>
    /// <returns>The peers; <see langword="null"/> if the node's transport keeps no registry.</returns>
    IReadOnlyList<PeerStatus>? ListPeers();
}
