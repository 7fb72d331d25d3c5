namespace Consensus.Client;

/// <summary>How a read of the workflow machine ended.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> if it was answered, else why not.</param>
/// <param name="Rejection">Why the machine could not answer, if it could not.</param>
/// <param name="Value">What was found; null if there is none, or if it was not answered.</param>
/// <param name="Detail">A sentence for people; empty if something was found.</param>
public readonly record struct WorkflowRead<T>(RefusalReason Refusal, WorkflowRejection Rejection, T? Value, string Detail)
{
    /// <summary>Whether it was answered, be it with "none".</summary>
    public bool IsAnswered => Refusal == RefusalReason.None && Rejection == WorkflowRejection.None;
}
