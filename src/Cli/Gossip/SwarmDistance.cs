namespace Consensus.Cli.Gossip;

/// <summary>What distance costs a swarm that is divided into groups, and the same swarm without: a call takes longer the further it goes. Means of all trials.</summary>
/// <param name="GroupSize">How many agents, or groups, make a group.</param>
/// <param name="Leaders">How many agents lead a group.</param>
/// <param name="Levels">How many levels there were.</param>
/// <param name="SimulatedMs">After which time all knew, if each level gossips as fast as its calls are; nothing, if that was in no trial.</param>
/// <param name="FlatSimulatedMs">After which time all knew without groups, where each round waits for the farthest calls.</param>
/// <param name="Speedup">How many times as long that is.</param>
/// <param name="CrossRegionBytes">How many bytes crossed regions.</param>
/// <param name="FlatCrossRegionBytes">How many did without groups.</param>
/// <param name="CrossRegionShare">The one as a share of the other; nothing, if there is one region.</param>
internal sealed record SwarmDistance(
    int GroupSize, int Leaders, int Levels, double? SimulatedMs, double? FlatSimulatedMs, double? Speedup, double CrossRegionBytes, double FlatCrossRegionBytes, double? CrossRegionShare);
