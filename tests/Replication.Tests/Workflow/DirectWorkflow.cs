using System.Buffers;

namespace Consensus.Replication.Tests.Workflow;

/// <summary>A group of one without a log: what is proposed is applied at once.</summary>
internal sealed class DirectWorkflow(WorkflowBed bed) : IConsensus
{
    public ConsensusGuarantees Guarantees => throw new NotSupportedException();

    public ConsensusStatus Status => throw new NotSupportedException();

    /// <summary>The options of the last proposal.</summary>
    public ProposeOptions LastOptions { get; private set; }

    /// <summary>What the next proposals end with instead of being applied.</summary>
    public ProposeResult? Outcome { get; set; }

    public ConsensusMetrics GetMetrics() => throw new NotSupportedException();

    public ValueTask<ProposeResult> ProposeAsync(ReadOnlyMemory<byte> command, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        LastOptions = options;
        return ValueTask.FromResult(Outcome ?? bed.Apply(command.Span));
    }

    public ValueTask<QueryResult> QueryAsync(
        ReadOnlyMemory<byte> query, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default)
    {
        if (Outcome is { } outcome)
        {
            return ValueTask.FromResult(new QueryResult(outcome.Refusal, LogIndex.Zero, outcome.Result));
        }

        var result = new ArrayBufferWriter<byte>();
        bed.Machine.Query(query.Span, result);
        return ValueTask.FromResult(new QueryResult(RefusalReason.None, LogIndex.Zero, result.WrittenMemory));
    }

    public ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<ReadBarrierResult> ReadBarrierAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<ControlResult> ChangeMembershipAsync(MembershipChange change, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask<ControlResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<ConsensusEvent> EventsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
