namespace Consensus.Replication.Workflow;

/// <summary>How a read ended.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> if it was answered, else why not.</param>
/// <param name="Rejection">Why the machine could not answer, if it could not.</param>
/// <param name="Index">The entry whose state the answer shows.</param>
/// <param name="Value">What was found; null if there is none, or if it was not answered.</param>
public readonly record struct WorkflowRead<T>(RefusalReason Refusal, WorkflowRejection Rejection, LogIndex Index, T? Value)
{
    /// <summary>Whether it was answered, be it with "none".</summary>
    public bool IsAnswered => Refusal == RefusalReason.None && Rejection == WorkflowRejection.None;
}
