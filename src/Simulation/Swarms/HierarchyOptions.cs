using Consensus.Gossip;

namespace Consensus.Simulation.Swarms;

/// <summary>A swarm that is divided into groups, and how long calls take in it.</summary>
public sealed record HierarchyOptions
{
    /// <summary>The swarm.</summary>
    public required SwarmOptions Swarm { get; init; }

    /// <summary>How many agents, or groups below, make a group.</summary>
    /// <value>100; 2 to 10,000.</value>
    public int GroupSize { get; init; } = 100;

    /// <summary>How many agents lead a group.</summary>
    /// <value>3; 1 to <see cref="GroupSize"/> − 1.</value>
    public int Leaders { get; init; } = 3;

    /// <summary>How long a call takes within a group of the lowest level.</summary>
    /// <value>1 ms; whole milliseconds, 1 or more.</value>
    public TimeSpan GroupLatency { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long it takes within a region: a group of the second level, and all below it.</summary>
    /// <value>10 ms; whole milliseconds, at least <see cref="GroupLatency"/>.</value>
    public TimeSpan RegionLatency { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How long it takes between regions.</summary>
    /// <value>100 ms; whole milliseconds, at least <see cref="RegionLatency"/>.</value>
    public TimeSpan WorldLatency { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many bytes the news has.</summary>
    /// <value>1,024; 0 or more.</value>
    public int PayloadBytes { get; init; } = 1024;

    /// <summary>How many bytes a call has beside that.</summary>
    /// <value>64; 0 or more.</value>
    public int CallBytes { get; init; } = 64;

    /// <summary>How many agents a region has.</summary>
    public int RegionAgents => GroupSize * GroupSize;

    /// <summary>How long a round takes where the same agents have no groups, and wait for the farthest calls.</summary>
    public TimeSpan FlatLatency => Swarm.Agents > RegionAgents ? WorldLatency : Swarm.Agents > GroupSize ? RegionLatency : GroupLatency;

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new RangeProblems();
        problems.Check(GroupSize is >= SwarmLayout.GroupSizeMin and <= 10_000, nameof(GroupSize), GroupSize, $"{SwarmLayout.GroupSizeMin} to 10,000");
        problems.Check(Leaders >= 1 && Leaders < Math.Max(2, GroupSize), nameof(Leaders), Leaders, $"1 to {nameof(GroupSize)} - 1 ({GroupSize - 1})");
        problems.Check(Swarm.Fanout < Math.Max(2, GroupSize), nameof(SwarmOptions.Fanout), Swarm.Fanout, $"in groups 1 to {nameof(GroupSize)} - 1 ({GroupSize - 1})");
        CheckLatency(problems, nameof(GroupLatency), GroupLatency, TimeSpan.FromMilliseconds(1));
        CheckLatency(problems, nameof(RegionLatency), RegionLatency, GroupLatency);
        CheckLatency(problems, nameof(WorldLatency), WorldLatency, RegionLatency);
        problems.Check(PayloadBytes >= 0, nameof(PayloadBytes), PayloadBytes, "0 or more");
        problems.Check(CallBytes >= 0, nameof(CallBytes), CallBytes, "0 or more");
        return [.. Swarm.Validate(), .. problems.Sentences];
    }

    /// <summary>How long a call takes on a level.</summary>
    internal TimeSpan LatencyOn(int level) => level switch
    {
        0 => GroupLatency,
        1 => RegionLatency,
        _ => WorldLatency,
    };

    private static void CheckLatency(RangeProblems problems, string name, TimeSpan latency, TimeSpan least) =>
        problems.Check(latency >= least && latency.Ticks % TimeSpan.TicksPerMillisecond == 0 && latency <= TimeSpan.FromMinutes(1), name, DurationText.Format(latency), $"{DurationText.Format(least)} to 1min, in whole milliseconds");
}
