using Consensus.Gossip;

namespace Consensus.Simulation.Swarms;

/// <summary>A swarm in which one agent has news, and how it spreads.</summary>
public sealed record SwarmOptions
{
    /// <summary>The most agents of a swarm.</summary>
    public const int AgentsMax = 100_000_000;

    /// <summary>The most rounds that a run can be given.</summary>
    public const int RoundsLimit = 100_000;

    /// <summary>How many agents there are.</summary>
    /// <value>2 to 100,000,000.</value>
    public required int Agents { get; init; }

    /// <summary>How many different others an agent calls in a round.</summary>
    /// <value>1; 1 to <see cref="Agents"/> − 1.</value>
    public int Fanout { get; init; } = 1;

    /// <summary>Which way news goes in a call.</summary>
    /// <value><see cref="GossipMode.PushPull"/>.</value>
    public GossipMode Mode { get; init; } = GossipMode.PushPull;

    /// <summary>What everything is drawn from: the same seed and settings give the same run on every machine, on however many processors.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The share of calls, and of answers, that get lost.</summary>
    /// <value>0; 0 to 0.99.</value>
    public double Loss { get; init; }

    /// <summary>The share of agents that are away in any one round: others in the next. Who is away calls nobody, and does not answer.</summary>
    /// <value>0; 0 to 0.99.</value>
    public double Away { get; init; }

    /// <summary>The share of agents that are faulty: they take news, and tell nobody. When all are told that are not, everybody is.</summary>
    /// <value>0; 0 to 0.99.</value>
    public double Silent { get; init; }

    /// <summary>After how many rounds a run is given up.</summary>
    /// <value>1,000; 1 to 100,000.</value>
    public int RoundsMax { get; init; } = 1_000;

    /// <summary>How many processors it may take.</summary>
    /// <value>1; 1 or more.</value>
    public int Processors { get; init; } = 1;

    /// <summary>How many agents whose numbers follow each other are a region: calls between regions are counted.</summary>
    /// <value>10,000; 1 or more.</value>
    public int RegionAgents { get; init; } = 10_000;

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new RangeProblems();
        problems.Check(Agents is >= 2 and <= AgentsMax, nameof(Agents), Agents, $"2 to {AgentsMax:N0}");
        problems.Check(Fanout >= 1 && Fanout < Math.Max(2, Agents), nameof(Fanout), Fanout, $"1 to {nameof(Agents)} - 1 ({Agents - 1})");
        problems.Check(Enum.IsDefined(Mode), nameof(Mode), Mode, string.Join(", ", Enum.GetNames<GossipMode>()));
        CheckShare(problems, nameof(Loss), Loss);
        CheckShare(problems, nameof(Away), Away);
        CheckShare(problems, nameof(Silent), Silent);
        problems.Check(RegionAgents >= 1, nameof(RegionAgents), RegionAgents, "1 or more");
        problems.Check(RoundsMax is >= 1 and <= RoundsLimit, nameof(RoundsMax), RoundsMax, $"1 to {RoundsLimit:N0}");
        problems.Check(Processors >= 1, nameof(Processors), Processors, "1 or more");
        return problems.Sentences;
    }

    private static void CheckShare(RangeProblems problems, string name, double share) => problems.Check(share is >= 0 and <= 0.99, name, share, "0 to 0.99");
}
