namespace Consensus.Cli.Tests.Demo;

/// <summary>Remembers the last command that was proposed, and refuses it.</summary>
internal sealed class RecordingConsensus : IConsensus
{
    public byte[]? Command { get; private set; }

    public ConsensusGuarantees Guarantees => ConsensusGuarantees.None;

    public ConsensusStatus Status => throw new NotSupportedException();

    public ConsensusMetrics GetMetrics() => throw new NotSupportedException();

    public ValueTask<ProposeResult> ProposeAsync(ReadOnlyMemory<byte> command, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        Command = command.ToArray();
        return ValueTask.FromResult(ProposeResult.Refused(RefusalReason.NoLeader));
    }

    public ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<ReadBarrierResult> ReadBarrierAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<QueryResult> QueryAsync(
        ReadOnlyMemory<byte> query, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask<ControlResult> ChangeMembershipAsync(MembershipChange change, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask<ControlResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<ConsensusEvent> EventsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
