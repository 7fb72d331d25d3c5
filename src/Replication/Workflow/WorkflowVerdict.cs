namespace Consensus.Replication.Workflow;

/// <summary>Whether a step was accepted, and if not, why.</summary>
/// <param name="Rejection"><see cref="WorkflowRejection.None"/> if it was accepted.</param>
/// <param name="Detail">A sentence for people; empty if it was accepted.</param>
/// <param name="FailedElement">Which element of an overlay was rejected, counted from 0; null if it was none.</param>
public readonly record struct WorkflowVerdict(WorkflowRejection Rejection, string Detail, int? FailedElement = null)
{
    /// <summary>The step was accepted.</summary>
    public static WorkflowVerdict Accepted => new(WorkflowRejection.None, "");

    /// <summary>Whether the step was accepted.</summary>
    public bool IsAccepted => Rejection == WorkflowRejection.None;
}
