using Consensus.Engine;
using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Messages;

/// <summary>For a replica that has its blocks from a checkpoint: which node the last one's is, proven by those that have committed it.</summary>
/// <param name="Nodes">The node, and as many of those after it as are needed, each the parent of the next.</param>
/// <param name="Tip">The certificate of the last one.</param>
internal sealed record Anchor(Node[] Nodes, NodeCertificate Tip) : ProtocolMessage
{
    /// <summary>The nodes, for traces.</summary>
    public override string ToString() => $"Anchor {{ {string.Join<Node>(", ", Nodes)}; Tip = {Tip} }}";
}
