namespace Consensus.Cli.Setup;

/// <summary>What was set up, as scripts read it.</summary>
/// <param name="Cluster">The cluster's identity.</param>
/// <param name="Algorithm">The engine.</param>
/// <param name="Tls">Whether the nodes have certificates and talk through TLS.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="OperatorKey">With a hybrid: the file with the key of whoever may change the engine.</param>
internal sealed record InitResult(string Cluster, string Algorithm, bool Tls, IReadOnlyList<InitializedNode> Nodes, string? OperatorKey = null);
