namespace Consensus.Cli.Setup;

/// <summary>A node's configuration file: what <c>AddConsensus</c> reads, as far as it is not left at its default.</summary>
internal sealed record NodeFile(NodeSection Consensus);
