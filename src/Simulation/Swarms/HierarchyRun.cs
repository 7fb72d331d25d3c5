namespace Consensus.Simulation.Swarms;

/// <summary>How news spread in a swarm that is divided into groups.</summary>
/// <param name="Ticks">What was known when, a tick after the other. Calls in groups where nobody has the news, or everybody, bring nothing, and are not counted.</param>
/// <param name="Tick">How long a tick is.</param>
public sealed record HierarchyRun(SwarmRun Ticks, TimeSpan Tick)
{
    /// <summary>After which time a share of all knew; nothing, if that never was.</summary>
    /// <param name="share">More than 0, up to 1.</param>
    public TimeSpan? TimeUntil(double share) => Ticks.RoundsUntil(share) * Tick;
}
