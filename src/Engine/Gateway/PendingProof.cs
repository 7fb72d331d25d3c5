namespace Consensus.Engine;

/// <summary>A caller that waits for the proof that an entry is committed. The loop answers it as soon as it sees it.</summary>
/// <param name="Index">The entry.</param>
internal sealed record PendingProof(LogIndex Index)
{
    private readonly TaskCompletionSource<ProofAnswer> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ProofAnswer> Answer => _completion.Task;

    public void Complete(ProofAnswer answer) => _completion.TrySetResult(answer);

    public void Fail(Exception exception) => _completion.TrySetException(exception);
}
