namespace Consensus.Engine;

/// <summary>A caller that waits for a read barrier, and for an answer to a query if it asked one.</summary>
internal sealed class PendingRead : IStateReader
{
    private readonly TaskCompletionSource<QueryResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[]? _query;
    private readonly PendingReads _waiting;
    private CancellationTokenRegistration _cancellation;

    /// <param name="query">The query; <see langword="null"/> if only the barrier is waited for.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="waiting">The reads of its replica: it has been counted there, and is no more when it has ended.</param>
    public PendingRead(ReadOnlyMemory<byte>? query, TimeSpan timeout, PendingReads waiting)
    {
        _query = query?.ToArray();
        _waiting = waiting;
        Timeout = timeout;
    }

    public TimeSpan Timeout { get; }

    /// <summary>When waiting ends; set when the loop sees the read first.</summary>
    public Ticks Deadline { get; set; } = Ticks.Never;

    /// <summary>When the barrier may be asked for again, after a refusal.</summary>
    public Ticks RetryAt { get; set; }

    /// <inheritdoc/>
    public bool HasEnded => _completion.Task.IsCompleted;

    public Task<QueryResult> Result => _completion.Task;

    /// <summary>The caller may go away. Before anybody else knows the read; whoever finds it later drops it.</summary>
    public void LinkTo(CancellationToken cancellationToken) =>
        _cancellation = cancellationToken.UnsafeRegister(static (read, token) => ((PendingRead)read!).Cancel(token), this);

    /// <inheritdoc/>
    public void OnCurrent(IReplicatedState state, LogIndex applied)
    {
        if (_query is null || HasEnded)
        {
            Complete(new QueryResult(RefusalReason.None, applied, default));
            return;
        }

        try
        {
            state.Query(_query, _waiting.Answer.Begin());
        }
        catch (Exception exception)
        {
            // A query changes nothing, so the one who asked it is the only one who is hurt: a bad query must not stop the replica.
            Fail(new ConsensusException(
                ConsensusFailure.StateMachineFailed,
                $"The state machine threw {exception.GetType().Name} at a query of {_query.Length} bytes: {exception.Message} A query it does not know must be an answer that says so.",
                exception));
            return;
        }

        Complete(new QueryResult(RefusalReason.None, applied, _waiting.Answer.End()));
    }

    /// <inheritdoc/>
    public void OnAbandoned(Exception exception) => Fail(exception);

    public void Refuse(RefusalReason reason) => Complete(new QueryResult(reason, LogIndex.Zero, default));

    public void Fail(Exception exception) => Leave(_completion.TrySetException(exception));

    private void Complete(QueryResult result) => Leave(_completion.TrySetResult(result));

    private void Cancel(CancellationToken cancellationToken) => Leave(_completion.TrySetCanceled(cancellationToken));

    private void Leave(bool hasEnded)
    {
        if (hasEnded)
        {
            _cancellation.Unregister();
            _waiting.Leave();
        }
    }
}
