using System.Threading.Channels;

namespace Consensus.AspNetCore.Tests.Fakes;

/// <summary>A group that answers as the test says, and keeps what it was asked.</summary>
internal sealed class ScriptedConsensus : IConsensus
{
    public ConsensusGuarantees Guarantees => ConsensusGuarantees.TotalOrder | ConsensusGuarantees.Durable;

    public ConsensusStatus Status { get; set; } = new()
    {
        Node = new NodeId(2),
        Algorithm = "raft",
        Epoch = new Epoch(1),
        Role = ReplicaRole.Follower,
        Leader = new NodeId(1),
        TermOrView = 7,
        LastIndex = new LogIndex(45),
        CommitIndex = new LogIndex(44),
        AppliedIndex = new LogIndex(43),
        CertifiedIndex = new LogIndex(42),
        SnapshotIndex = new LogIndex(40),
        Threat = ThreatLevel.None,
        Membership = new ClusterMembership([new Member(new NodeId(1), "a:1"), new Member(new NodeId(2), "b:2", MemberRole.Learner)], [new NodeId(3)]),
        MembershipVersion = new LogIndex(44),
        AcceptsWrites = true,
    };

    public ConsensusMetrics Metrics { get; set; } = new() { Node = new NodeId(2) };

    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ProposeResult>> Propose { get; set; } =
        (_, _) => new(ProposeResult.Refused(RefusalReason.NotSupported));

    public Func<ReadOnlyMemory<byte>, QueryResult> Query { get; set; } = _ => new QueryResult(RefusalReason.NotSupported, LogIndex.Zero, default);

    public SessionResult Session { get; set; } = new(RefusalReason.None, new ClientId(12));

    public ControlResult Control { get; set; } = ControlResult.Done;

    public ProposeOptions LastOptions { get; private set; }

    public ReadConsistency LastConsistency { get; private set; }

    public MembershipChange? LastChange { get; private set; }

    public NodeId? LastTarget { get; private set; }

    public ReadOnlyMemory<byte>? LastOrder { get; private set; }

    /// <summary>Called when an order has come, before it is answered.</summary>
    public Action? Ordered { get; set; }

    public int Proposals { get; private set; }

    public Channel<ConsensusEvent> Events { get; } = Channel.CreateUnbounded<ConsensusEvent>();

    public ConsensusMetrics GetMetrics() => Metrics;

    public ValueTask<ProposeResult> ProposeAsync(ReadOnlyMemory<byte> command, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        Proposals++;
        LastOptions = options;
        return Propose(command, cancellationToken);
    }

    public ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default) => new(Session);

    public ValueTask<ReadBarrierResult> ReadBarrierAsync(CancellationToken cancellationToken = default) =>
        new(new ReadBarrierResult(RefusalReason.None, Status.AppliedIndex));

    public ValueTask<QueryResult> QueryAsync(
        ReadOnlyMemory<byte> query, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default)
    {
        LastConsistency = consistency;
        return new(Query(query));
    }

    public ValueTask<ControlResult> ChangeMembershipAsync(MembershipChange change, CancellationToken cancellationToken = default)
    {
        LastChange = change;
        return new(Control);
    }

    public ValueTask<ControlResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default)
    {
        LastTarget = target;
        return new(Control);
    }

    public ValueTask<ControlResult> EndEpochAsync(ReadOnlyMemory<byte> order, CancellationToken cancellationToken = default)
    {
        LastOrder = order;
        Ordered?.Invoke();
        return new(Control);
    }

    public IAsyncEnumerable<ConsensusEvent> EventsAsync(CancellationToken cancellationToken = default) => Events.Reader.ReadAllAsync(cancellationToken);
}
