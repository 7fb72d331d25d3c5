namespace Consensus;

/// <summary>One replica's view of its group at one moment.</summary>
public sealed record ConsensusStatus
{
    /// <summary>The replica whose view this is.</summary>
    public required NodeId Node { get; init; }

    /// <summary>The engine's name, for example <c>raft</c>. Where engines follow each other it is <c>hybrid</c>, and <see cref="RunningEpoch"/> has the name of the one that runs.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The epoch the replica is active in.</summary>
    public required Epoch Epoch { get; init; }

    /// <summary>What runs in that epoch; <see langword="null"/> with an engine that has one epoch only.</summary>
    public EpochStatus? RunningEpoch { get; init; }

    /// <summary>What the replica does at the moment.</summary>
    public required ReplicaRole Role { get; init; }

    /// <summary>The leader or primary that the replica follows; <see cref="NodeId.None"/> while it knows none.</summary>
    public required NodeId Leader { get; init; }

    /// <summary>The number of the period the replica is in: a term in Raft, a view in PBFT and HotStuff.</summary>
    public required ulong TermOrView { get; init; }

    /// <summary>The last entry in the replica's log.</summary>
    public required LogIndex LastIndex { get; init; }

    /// <summary>The last entry that the replica knows to be committed.</summary>
    public required LogIndex CommitIndex { get; init; }

    /// <summary>The last entry that the replica's state machine has applied.</summary>
    public required LogIndex AppliedIndex { get; init; }

    /// <summary>The last entry that survives up to ⌊(n−1)/3⌋ members that lie (<see cref="CommitLevel.Certified"/>); 0 with an engine that survives crashes only.</summary>
    public LogIndex CertifiedIndex { get; init; }

    /// <summary>The last entry that the replica's newest snapshot covers.</summary>
    public required LogIndex SnapshotIndex { get; init; }

    /// <summary>How much Byzantine behaviour has been observed lately.</summary>
    public required ThreatLevel Threat { get; init; }

    /// <summary>The members of whom anything is known that speaks against them, in the order of their numbers; empty with an engine that watches nobody.</summary>
    public IReadOnlyList<MemberThreat> Threats { get; init; } = [];

    /// <summary>Who belongs to the group, as far as this replica knows.</summary>
    public required ClusterMembership Membership { get; init; }

    /// <summary>
    /// The entry of the log up to which <see cref="Membership"/> holds; <see langword="null"/> while that is not committed, or not known. A change that
    /// expects this version (<see cref="MembershipChange.Expecting"/>) is refused if the membership has changed since. It grows with the log, also
    /// while the membership stays as it is.
    /// </summary>
    public LogIndex? MembershipVersion { get; init; }

    /// <summary>Whether the replica's disk takes new commands; <see langword="false"/> while it is full.</summary>
    public required bool AcceptsWrites { get; init; }

    /// <summary>
    /// For how long nothing has been committed although commands of this replica's callers wait, in whole seconds; zero while commands go
    /// through or none waits.
    /// </summary>
    public TimeSpan Stalled { get; init; }

    /// <summary>When the certificate ends by which the others know this node; <see langword="null"/> if it needs none.</summary>
    public DateTimeOffset? CertificateExpires { get; init; }

    /// <summary>
    /// Whether the replica belongs to the group, as far as it knows: <see langword="false"/> for one that was removed and still runs, and for one that
    /// was not added yet. Such a one is a <see cref="ReplicaRole.Learner"/> that hears of no leader.
    /// </summary>
    public bool IsMember => Membership.Find(Node) is not null;
}
