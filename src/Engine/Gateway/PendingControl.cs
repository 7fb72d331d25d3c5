namespace Consensus.Engine;

/// <summary>A caller that waits for a membership change, a transfer of leadership, or the end of the epoch.</summary>
/// <param name="Ask">What the core is asked: made of the ticket that names the request, and the wall clock.</param>
internal sealed record PendingControl(Func<Ticket, Timestamp, Input> Ask)
{
    private readonly TaskCompletionSource<ControlResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;

    /// <summary>When waiting ends; set when the loop sees the request.</summary>
    public Ticks Deadline { get; set; } = Ticks.Never;

    public Task<ControlResult> Result => _completion.Task;

    /// <summary>The caller may go away. Before anybody else knows the request; whoever finds it later drops it.</summary>
    public void LinkTo(CancellationToken cancellationToken) =>
        _cancellation = cancellationToken.UnsafeRegister(static (control, token) => ((PendingControl)control!)._completion.TrySetCanceled(token), this);

    public void Complete(ControlResult result)
    {
        _completion.TrySetResult(result);
        _cancellation.Unregister();
    }

    public void Fail(Exception exception)
    {
        _completion.TrySetException(exception);
        _cancellation.Unregister();
    }
}
