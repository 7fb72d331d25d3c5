namespace Consensus.Engine;

/// <summary>A caller that waits for a membership change or a transfer of leadership.</summary>
/// <param name="Change">The change; <see langword="null"/> for a transfer.</param>
/// <param name="Target">A transfer's target.</param>
internal sealed record PendingControl(MembershipChange? Change, NodeId Target)
{
    private readonly TaskCompletionSource<ControlResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When waiting ends; set when the loop sees the request.</summary>
    public Ticks Deadline { get; set; } = Ticks.Never;

    public Task<ControlResult> Result => _completion.Task;

    public void Complete(ControlResult result) => _completion.TrySetResult(result);

    /// <summary>The caller waits no longer.</summary>
    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

    public void Fail(Exception exception) => _completion.TrySetException(exception);
}
