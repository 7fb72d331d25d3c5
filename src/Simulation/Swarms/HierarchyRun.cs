namespace Consensus.Simulation.Swarms;

/// <summary>How news spread in a swarm that is divided into groups.</summary>
/// <param name="Ticks">What was known when, a tick after the other. Calls in groups where nobody has the news, or everybody, bring nothing, and are not counted.</param>
/// <param name="Tick">How long a tick is.</param>
/// <param name="WorldCalls">How many calls there were between regions.</param>
/// <param name="WorldPayloads">How often the news was sent in them.</param>
public sealed record HierarchyRun(SwarmRun Ticks, TimeSpan Tick, long WorldCalls, long WorldPayloads)
{
    /// <summary>After which time a share of all knew; nothing, if that never was.</summary>
    /// <param name="share">More than 0, up to 1.</param>
    public TimeSpan? TimeUntil(double share) => Ticks.RoundsUntil(share) * Tick;
}
