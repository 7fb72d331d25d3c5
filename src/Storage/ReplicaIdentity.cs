namespace Consensus.Storage;

/// <summary>Whose data a folder holds. Data of another cluster or node is refused.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Node">The replica.</param>
public sealed record ReplicaIdentity(ClusterId Cluster, NodeId Node);
