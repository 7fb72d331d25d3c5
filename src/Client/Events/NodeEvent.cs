namespace Consensus.Client;

/// <summary>What a node tells: its status, first of all and after each new connection, or something that happened to it.</summary>
/// <param name="Endpoint">Which node.</param>
/// <param name="Id">The event's id, empty if the node gives none. After a break it is sent, so that the node can go on behind it.</param>
/// <param name="Status">The node's status; or null.</param>
/// <param name="Happened">What happened; or null.</param>
public sealed record NodeEvent(Uri Endpoint, string Id, NodeStatus? Status, ConsensusEvent? Happened);
