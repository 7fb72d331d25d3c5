namespace Consensus.Cli.Setup;

/// <summary>One member of the cluster in a node's configuration file.</summary>
internal sealed record NodeMember(uint Id, string Address, string? PublicKey = null);
