namespace Consensus.Gossip;

/// <summary>What nodes of a swarm say to each other. Immutable.</summary>
public abstract record GossipMessage
{
    /// <summary>What kind of message it is, on the wire.</summary>
    internal abstract GossipMessageKind Kind { get; }
}
