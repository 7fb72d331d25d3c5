namespace Consensus.Hosting.Tests;

/// <summary>A replica of which only the status counts, and what happens to it.</summary>
internal sealed class FixedConsensus : IConsensus
{
    /// <summary>Node 1 of a group without members, which knows no leader, and nothing else is wrong with it.</summary>
    public static ConsensusStatus Leaderless { get; } = new()
    {
        Node = new NodeId(1),
        Algorithm = "raft",
        Epoch = Epoch.Zero,
        Role = ReplicaRole.Follower,
        Leader = NodeId.None,
        TermOrView = 3,
        LastIndex = new LogIndex(10),
        CommitIndex = new LogIndex(10),
        AppliedIndex = new LogIndex(10),
        SnapshotIndex = LogIndex.Zero,
        Threat = ThreatLevel.None,
        Membership = ClusterMembership.Empty,
        AcceptsWrites = true,
    };

    public ConsensusGuarantees Guarantees => ConsensusGuarantees.None;

    public required ConsensusStatus Status { get; set; }

    public IAsyncEnumerable<ConsensusEvent>? Events { get; init; }

    public ConsensusMetrics GetMetrics() => throw Unused();

    public ValueTask<ProposeResult> ProposeAsync(ReadOnlyMemory<byte> command, ProposeOptions options = default, CancellationToken cancellationToken = default) => throw Unused();

    public ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default) => throw Unused();

    public ValueTask<ReadBarrierResult> ReadBarrierAsync(CancellationToken cancellationToken = default) => throw Unused();

    public ValueTask<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default) => throw Unused();

    public ValueTask<ControlResult> ChangeMembershipAsync(MembershipChange change, CancellationToken cancellationToken = default) => throw Unused();

    public ValueTask<ControlResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default) => throw Unused();

    public IAsyncEnumerable<ConsensusEvent> EventsAsync(CancellationToken cancellationToken = default) => Events ?? throw Unused();

    private static InvalidOperationException Unused() => new("This test asks for the status only.");
}
