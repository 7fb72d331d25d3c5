namespace Consensus.Simulation.Swarms;

/// <summary>How far news had come after a round, and what that had cost.</summary>
/// <param name="Informed">How many agents knew of it.</param>
/// <param name="Traffic">What had been sent.</param>
public readonly record struct SwarmRound(int Informed, SwarmTraffic Traffic);
