namespace Consensus.Cli.Setup;

/// <summary>One node that was set up.</summary>
/// <param name="Node">Its number.</param>
/// <param name="Config">Its configuration file.</param>
/// <param name="DataDirectory">Its data folder.</param>
/// <param name="Address">Where the other nodes reach it.</param>
/// <param name="Endpoint">Where its HTTP API is reached.</param>
/// <param name="PublicKey">What its signatures are checked with; null if it has no signing key.</param>
internal sealed record InitializedNode(uint Node, string Config, string DataDirectory, string Address, string Endpoint, string? PublicKey = null);
