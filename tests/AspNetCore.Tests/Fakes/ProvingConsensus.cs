namespace Consensus.AspNetCore.Tests.Fakes;

/// <summary>A group that proves, and answers for results, as the test says; it does nothing else.</summary>
internal sealed class ProvingConsensus : IConsensus
{
    private readonly ScriptedConsensus _rest = new();

    public Func<LogIndex, ProofResult> Proof { get; set; } = _ => throw new NotSupportedException();

    public Func<RequestId, FoundResult> Found { get; set; } = _ => throw new NotSupportedException();

    public LogIndex AskedIndex { get; private set; }

    public RequestId AskedRequest { get; private set; }

    public ConsensusGuarantees Guarantees => _rest.Guarantees;

    public ConsensusStatus Status => _rest.Status;

    public ConsensusMetrics GetMetrics() => throw new NotSupportedException();

    public ValueTask<ProofResult> ProveAsync(LogIndex index, CancellationToken cancellationToken = default)
    {
        AskedIndex = index;
        return new(Proof(index));
    }

    public ValueTask<FoundResult> FindResultAsync(RequestId request, CancellationToken cancellationToken = default)
    {
        AskedRequest = request;
        return new(Found(request));
    }

    public ValueTask<ProposeResult> ProposeAsync(ReadOnlyMemory<byte> command, ProposeOptions options = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<ReadBarrierResult> ReadBarrierAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask<ControlResult> ChangeMembershipAsync(MembershipChange change, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<ControlResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<ConsensusEvent> EventsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
