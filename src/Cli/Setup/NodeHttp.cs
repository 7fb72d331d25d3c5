namespace Consensus.Cli.Setup;

/// <summary>Where a node serves its HTTP API.</summary>
internal sealed record NodeHttp(string Listen);
