namespace Consensus.Transport;

/// <summary>Whose certificate is expected.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Node">The node.</param>
/// <param name="Keys">With which key it signs, if that is known.</param>
internal sealed record CertificateOwner(ClusterId Cluster, NodeId Node, ExpectedKeys Keys);
