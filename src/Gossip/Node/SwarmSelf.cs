namespace Consensus.Gossip.Node;

/// <summary>Who a node of a swarm is.</summary>
/// <param name="Id">Its number, which no other node has.</param>
/// <param name="Address">Where others reach it.</param>
/// <param name="Instance">Which start of it this is: more than at any start before. Its rumours are numbered from there, so it grows faster than it tells anything: the time of day in microseconds will do.</param>
internal sealed record SwarmSelf(NodeId Id, string Address, ulong Instance);
