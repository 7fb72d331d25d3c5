namespace Consensus.Engine;

/// <summary>A caller that waits for the command of a committed entry, or for the proof that it is committed. The loop answers it as soon as it sees it.</summary>
/// <param name="Index">The entry.</param>
/// <param name="WithProof">Whether the proof is wanted, not the command alone.</param>
/// <param name="Waiting">What counts it until it is answered, also if its caller has gone: an answer costs the loop as much then. None, if it is not counted.</param>
internal sealed record PendingProof(LogIndex Index, bool WithProof, PendingReads? Waiting)
{
    private readonly TaskCompletionSource<ProofAnswer> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ProofAnswer> Answer => _completion.Task;

    public void Complete(ProofAnswer answer)
    {
        Waiting?.Leave();
        _completion.TrySetResult(answer);
    }

    public void Fail(Exception exception)
    {
        Waiting?.Leave();
        _completion.TrySetException(exception);
    }
}
