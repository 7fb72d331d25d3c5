namespace Consensus.Engine;

/// <summary>What a core is at the moment, as far as its host and callers care.</summary>
/// <param name="Role">What it does.</param>
/// <param name="Leader">Whom it follows.</param>
/// <param name="TermOrView">The number of the period it is in.</param>
/// <param name="LastIndex">The last entry of its log.</param>
/// <param name="CommitIndex">The last entry it knows to be committed.</param>
/// <param name="Membership">Who belongs to the group.</param>
/// <param name="MembershipIndex">An entry since which the membership has not changed: the one that carries it, or a snapshot's.</param>
public readonly record struct CoreStatus(
    ReplicaRole Role,
    NodeId Leader,
    ulong TermOrView,
    LogIndex LastIndex,
    LogIndex CommitIndex,
    ClusterMembership Membership,
    LogIndex MembershipIndex = default)
{
    /// <summary>The epoch that it is active in. Terms and views begin anew with each.</summary>
    public Epoch Epoch { get; init; }

    /// <summary>The last entry that survives whatever up to f members do; 0, if the engine survives crashes only.</summary>
    public LogIndex Certified { get; init; }

    /// <summary>How much Byzantine behaviour it has seen lately, or others have shown it.</summary>
    public ThreatLevel Threat { get; init; }

    /// <summary>What speaks against each member; <see langword="null"/> if the engine watches nobody. As long as it says the same, it is the same object.</summary>
    public IReadOnlyList<MemberThreat>? Threats { get; init; }

    /// <summary>What runs in it; <see langword="null"/> if there is one epoch only. As long as the epoch is the same, so is this.</summary>
    public EpochStatus? RunningEpoch { get; init; }
}
