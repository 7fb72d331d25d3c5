namespace Consensus;

/// <summary>How a read barrier ended.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> if it was reached, else why not.</param>
/// <param name="Index">The entry up to which the state machine is known to be current, and has applied.</param>
public readonly record struct ReadBarrierResult(RefusalReason Refusal, LogIndex Index)
{
    /// <summary>Whether the barrier was reached.</summary>
    public bool IsReached => Refusal == RefusalReason.None;
}
