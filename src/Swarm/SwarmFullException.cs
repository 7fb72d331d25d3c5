namespace Consensus.Swarm;

/// <summary>There is no room for what was to be told or kept.</summary>
public sealed class SwarmFullException(string message) : Exception(message);
