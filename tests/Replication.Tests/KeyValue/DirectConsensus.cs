using System.Buffers;
using System.Runtime.CompilerServices;

namespace Consensus.Replication.Tests.KeyValue;

/// <summary>A group of one that applies at once: what the facades are tested against.</summary>
internal sealed class DirectConsensus(IStateMachine machine) : IConsensus
{
    /// <summary>How often a command or query arrived.</summary>
    public ulong Calls { get; private set; }

    public RefusalReason Refusal { get; set; }

    public LogIndex Index { get; private set; }

    public ConsensusGuarantees Guarantees => throw new NotSupportedException();

    public ConsensusStatus Status => throw new NotSupportedException();

    public ConsensusMetrics GetMetrics() => throw new NotSupportedException();

    public ValueTask<ProposeResult> ProposeAsync(ReadOnlyMemory<byte> command, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        Calls++;
        if (Refusal != RefusalReason.None)
        {
            return new(ProposeResult.Refused(Refusal));
        }

        Index = Index.Next;
        var result = new ArrayBufferWriter<byte>();
        var outcome = machine.Apply(new CommandContext(Index, default, default), command.Span, result);
        var status = outcome == ApplyOutcome.Applied ? ProposeStatus.Applied : ProposeStatus.Rejected;
        return new(new ProposeResult(status, Index, result.WrittenMemory, RefusalReason.None));
    }

    public ValueTask<QueryResult> QueryAsync(
        ReadOnlyMemory<byte> query, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default)
    {
        Calls++;
        if (Refusal != RefusalReason.None)
        {
            return new(new QueryResult(Refusal, LogIndex.Zero, default));
        }

        var result = new ArrayBufferWriter<byte>();
        machine.Query(query.Span, result);
        return new(new QueryResult(RefusalReason.None, Index, result.WrittenMemory));
    }

    public ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<ReadBarrierResult> ReadBarrierAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<ControlResult> ChangeMembershipAsync(MembershipChange change, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask<ControlResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public async IAsyncEnumerable<ConsensusEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await ValueTask.CompletedTask;
        yield break;
    }
}
