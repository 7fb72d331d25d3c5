namespace Consensus.Client;

/// <summary>What one node said of a write.</summary>
/// <param name="Node">Its address.</param>
/// <param name="Member">The member that has signed it; none, if there is no valid signature.</param>
/// <param name="Says">What it said, or why that counts for nothing.</param>
public sealed record ReplyClaim(string Node, NodeId Member, string Says);
