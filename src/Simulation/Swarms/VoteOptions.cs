namespace Consensus.Simulation.Swarms;

/// <summary>A swarm that votes, and the liars in it.</summary>
public sealed record VoteOptions
{
    /// <summary>The most agents.</summary>
    public const int AgentsMax = 1_000_000;

    /// <summary>How many agents there are.</summary>
    /// <value>2 to 1,000,000.</value>
    public required int Agents { get; init; }

    /// <summary>The share of agents that vote for at first; of the honest ones, if that is more than they are.</summary>
    /// <value>0.7; 0 to 1.</value>
    public double For { get; init; } = 0.7;

    /// <summary>How the swarm votes.</summary>
    /// <value><see cref="VoteRule.Majority"/>.</value>
    public VoteRule Rule { get; init; } = VoteRule.Majority;

    /// <summary>How many different others an agent calls in a round.</summary>
    /// <value>5; 1 to <see cref="Agents"/> − 1.</value>
    public int Fanout { get; init; } = 5;

    /// <summary>After how many rounds a vote is given up.</summary>
    /// <value>100; 1 to 100,000.</value>
    public int RoundsMax { get; init; } = 100;

    /// <summary>How many agents lie.</summary>
    /// <value>0; 0 to <see cref="Agents"/> − 1.</value>
    public int Byzantine { get; init; }

    /// <summary>With <see cref="VoteRule.Majority"/>: the share that must agree for the vote to have converged, at which it ends.</summary>
    /// <value>0.95; more than 0.5, up to 1.</value>
    public double Convergence { get; init; } = 0.95;

    /// <summary>With <see cref="VoteRule.Majority"/>: the share that must agree at the end for anything to be decided.</summary>
    /// <value>0.66; more than 0.5, up to 1.</value>
    public double Decision { get; init; } = 0.66;

    /// <summary>With <see cref="VoteRule.Quorum"/>: how many agents vote for the swarm, drawn by lot, where there are more than that.</summary>
    /// <value>1,000; 4 to 4,096.</value>
    public int CommitteeSize { get; init; } = 1_000;

    /// <summary>With <see cref="VoteRule.Quorum"/>: up to how many agents all vote.</summary>
    /// <value>4,000; 4 to 10,000.</value>
    public int AllVoteMax { get; init; } = 4_000;

    /// <summary>What everything is drawn from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new RangeProblems();
        problems.Check(Agents is >= 2 and <= AgentsMax, nameof(Agents), Agents, $"2 to {AgentsMax:N0}");
        problems.Check(For is >= 0 and <= 1, nameof(For), For, "0 to 1");
        problems.Check(Enum.IsDefined(Rule), nameof(Rule), Rule, string.Join(", ", Enum.GetNames<VoteRule>()));
        problems.Check(Fanout >= 1 && Fanout < Math.Max(2, Agents), nameof(Fanout), Fanout, $"1 to {nameof(Agents)} - 1 ({Agents - 1})");
        problems.Check(RoundsMax is >= 1 and <= SwarmOptions.RoundsLimit, nameof(RoundsMax), RoundsMax, $"1 to {SwarmOptions.RoundsLimit:N0}");
        problems.Check(Byzantine >= 0 && Byzantine < Math.Max(1, Agents), nameof(Byzantine), Byzantine, $"0 to {nameof(Agents)} - 1 ({Agents - 1})");
        problems.Check(Convergence is > 0.5 and <= 1, nameof(Convergence), Convergence, "more than 0.5, up to 1");
        problems.Check(Decision is > 0.5 and <= 1, nameof(Decision), Decision, "more than 0.5, up to 1");
        problems.Check(CommitteeSize is >= 4 and <= 4_096, nameof(CommitteeSize), CommitteeSize, "4 to 4,096");
        problems.Check(Rule != VoteRule.Quorum || Agents <= AllVoteMax || CommitteeSize <= Agents, nameof(CommitteeSize), CommitteeSize, $"at most {nameof(Agents)} ({Agents}), where not all vote");
        problems.Check(AllVoteMax is >= 4 and <= 10_000, nameof(AllVoteMax), AllVoteMax, "4 to 10,000");
        return problems.Sentences;
    }

    /// <summary>How many of the honest agents vote for at first: those with the lowest numbers. Who lies has the highest ones.</summary>
    internal int HonestFor => Math.Min(Agents - Byzantine, (int)Math.Round(For * Agents, MidpointRounding.AwayFromZero));
}
