namespace Consensus.Swarm;

/// <summary>The node is in the smaller part of a divided swarm: nothing is changed there until the swarm is whole again.</summary>
public sealed class SwarmDividedException() : Exception("This node reaches half of the swarm or less; shared state is changed by the larger part only. It can be changed here again when the swarm is whole.");
