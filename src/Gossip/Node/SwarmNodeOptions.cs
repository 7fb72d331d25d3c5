namespace Consensus.Gossip;

/// <summary>How a node of a swarm works. The defaults are for production, in one data centre.</summary>
public sealed record SwarmNodeOptions
{
    /// <summary>Who is in the swarm, and who lives.</summary>
    public MembershipOptions Membership { get; init; } = MembershipOptions.Lan;

    /// <summary>How news spreads.</summary>
    public DisseminationOptions Dissemination { get; init; } = new();

    /// <summary>What of the shared state is kept.</summary>
    public VersionedStoreOptions State { get; init; } = new();

    /// <summary>How nodes find what one of them lacks.</summary>
    public RepairOptions Repair { get; init; } = new();

    /// <summary>How the swarm decides.</summary>
    public BallotOptions Ballots { get; init; } = new();

    /// <summary>How peers are judged.</summary>
    public ReputationOptions Reputation { get; init; } = new();

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem, with the part that it is about; empty if there is none.</returns>
    public IReadOnlyList<string> Validate() =>
    [
        .. Membership.Validate().Select(static problem => $"{nameof(Membership)}: {problem}"),
        .. Dissemination.Validate().Select(static problem => $"{nameof(Dissemination)}: {problem}"),
        .. State.Validate().Select(static problem => $"{nameof(State)}: {problem}"),
        .. Repair.Validate(State).Select(static problem => $"{nameof(Repair)}: {problem}"),
        .. Ballots.Validate().Select(static problem => $"{nameof(Ballots)}: {problem}"),
        .. Reputation.Validate().Select(static problem => $"{nameof(Reputation)}: {problem}"),
    ];
}
