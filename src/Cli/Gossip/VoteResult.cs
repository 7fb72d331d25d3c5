namespace Consensus.Cli.Gossip;

/// <summary>How a simulated swarm voted, as scripts read it: means of all trials, where nothing else is said.</summary>
internal sealed record VoteResult
{
    /// <summary>How many agents.</summary>
    public required int Agents { get; init; }

    /// <summary>The share that voted for at first.</summary>
    public required double For { get; init; }

    /// <summary>How the swarm voted.</summary>
    public required string Rule { get; init; }

    /// <summary>How many others an agent called in a round.</summary>
    public required int Fanout { get; init; }

    /// <summary>How many agents lied.</summary>
    public required int Byzantine { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many votes there were.</summary>
    public required int Trials { get; init; }

    /// <summary>What was decided in most trials, "for" or "against"; nothing, where most decided nothing.</summary>
    public required string? Decision { get; init; }

    /// <summary>How many rounds there were.</summary>
    public required double Rounds { get; init; }

    /// <summary>In 99 of 100 trials there were no more.</summary>
    public required int RoundsP99 { get; init; }

    /// <summary>The largest share of honest agents that agreed at the end: on a vote, or with quorums on a decision.</summary>
    public required double Agreement { get; init; }

    /// <summary>How many calls there were: in each an agent asks another one for its vote, or both tell what they have seen.</summary>
    public required double Messages { get; init; }

    /// <summary>The share of trials in which all honest agents decided.</summary>
    public required double DecidedFraction { get; init; }

    /// <summary>The share of trials in which something was decided that most honest agents did not vote for at first.</summary>
    public required double WrongFraction { get; init; }

    /// <summary>The share of trials in which two honest agents decided differently.</summary>
    public required double ConflictingFraction { get; init; }

    /// <summary>The share of trials in which honest agents found out that more lie than may.</summary>
    public required double TooManyLiarsFraction { get; init; }

    /// <summary>With quorums: how many votes are one.</summary>
    public required int? Quorum { get; init; }

    /// <summary>With quorums: how many agents voted.</summary>
    public required int? Voters { get; init; }

    /// <summary>Where a committee voted: how likely it is that more liars are drawn into it than it survives.</summary>
    public required double? CommitteeFailureProbability { get; init; }

    /// <summary>Why most trials decided nothing; nothing, if they did.</summary>
    public required string? Undecided { get; init; }

    /// <summary>How long a trial took.</summary>
    public required double WallSeconds { get; init; }
}
