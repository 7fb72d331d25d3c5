namespace Consensus.Cli.Setup;

/// <summary>The hybrid's section of a node's configuration file.</summary>
/// <param name="OperatorKeys">The public keys of those who may change the engine.</param>
/// <param name="Start">The engine that the group begins with; left out where it is the usual one.</param>
/// <param name="CheckpointEntries">After how many entries states are compared; left out where it is as usual.</param>
internal sealed record NodeHybrid(IReadOnlyList<string> OperatorKeys, string? Start = null, int? CheckpointEntries = null);
