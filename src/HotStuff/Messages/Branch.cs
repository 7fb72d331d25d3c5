using Consensus.Engine;
using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Messages;

/// <summary>Certified nodes with their blocks, each the parent of the next.</summary>
/// <param name="Nodes">The nodes; their batches need no signatures.</param>
/// <param name="Tip">The certificate of the last one.</param>
internal sealed record Branch(FullNode[] Nodes, NodeCertificate Tip) : ProtocolMessage
{
    /// <summary>The nodes, for traces.</summary>
    public override string ToString() => $"Branch {{ {string.Join(", ", Nodes.Select(each => each.Node))}; Tip = {Tip} }}";
}
