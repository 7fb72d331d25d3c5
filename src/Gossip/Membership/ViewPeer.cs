namespace Consensus.Gossip.Membership;

/// <summary>Somebody whom a node with a partial view knows.</summary>
/// <param name="Id">Who it is.</param>
/// <param name="Address">Where it is.</param>
internal readonly record struct ViewPeer(NodeId Id, string Address);
