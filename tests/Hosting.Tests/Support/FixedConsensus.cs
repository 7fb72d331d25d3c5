namespace Consensus.Hosting.Tests;

/// <summary>A replica of which only the status counts, and what happens to it.</summary>
internal sealed class FixedConsensus : IConsensus
{
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
