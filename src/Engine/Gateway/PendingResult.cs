namespace Consensus.Engine;

/// <summary>A caller that asks what became of a request, of the state as it is.</summary>
/// <param name="request">The session and the number.</param>
/// <param name="waiting">The reads of its replica: it has been counted there, and is no more when it has ended.</param>
internal sealed class PendingResult(RequestId request, PendingReads waiting) : IStateReader
{
    private readonly TaskCompletionSource<AppliedCommand?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public bool HasEnded => _completion.Task.IsCompleted;

    /// <summary>The first application, its result in memory of its own; none if nothing is kept.</summary>
    public Task<AppliedCommand?> Result => _completion.Task;

    /// <inheritdoc/>
    public void OnCurrent(IReplicatedState state, LogIndex applied)
    {
        waiting.Leave();
        _completion.TrySetResult(state.TryFindResult(request, out var found) ? found with { Result = found.Result.ToArray() } : null);
    }

    /// <inheritdoc/>
    public void OnAbandoned(Exception exception)
    {
        waiting.Leave();
        _completion.TrySetException(exception);
    }
}
