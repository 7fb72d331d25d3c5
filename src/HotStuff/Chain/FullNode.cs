using Consensus.Byzantine;

namespace Consensus.HotStuff.Chain;

/// <summary>A node with its block.</summary>
/// <param name="Node">The node.</param>
/// <param name="Block">The block; its digest is the node's payload.</param>
internal readonly record struct FullNode(Node Node, Block Block);
