namespace Consensus.Gossip.Node;

/// <summary>Whom a core may talk to: those members of the swarm that are believed to live and whose reputation allows it. Valid during a call.</summary>
internal interface IPeerView
{
    /// <summary>How many members live, this one included, as far as is known here.</summary>
    int SwarmSize { get; }

    /// <summary>The live peers that may be talked to, without this node, in an order that says nothing.</summary>
    IReadOnlyList<NodeId> Peers { get; }

    /// <summary>Whether a peer may be talked to, and is listened to.</summary>
    bool IsTrusted(NodeId peer);
}
