namespace Consensus.Cli.Nodes;

/// <summary>A node that has started, as scripts read it.</summary>
/// <param name="Node">Its number.</param>
/// <param name="Address">Where the other nodes reach it.</param>
/// <param name="Endpoint">Where its HTTP API is reached.</param>
/// <param name="DataDirectory">Its data folder.</param>
/// <param name="LastIndex">The last entry that it found in its log.</param>
internal sealed record NodeReady(uint Node, string Address, string Endpoint, string DataDirectory, ulong LastIndex);
