namespace Consensus.Replication.Workflow;

/// <summary>How a workflow command ended.</summary>
/// <param name="Status">
/// How the proposal ended. A command that is rejected before it is proposed, because its form is not valid, has
/// <see cref="ProposeStatus.Rejected"/> and <see cref="Index"/> zero.
/// </param>
/// <param name="Refusal">Why the group refused it, if it did.</param>
/// <param name="Index">The entry's position in the log, if it was committed.</param>
/// <param name="Rejection">Why the workflow machine rejected it, if it did.</param>
/// <param name="Detail">A sentence about the rejection, the same on every replica; empty if there is none.</param>
/// <param name="FailedElement">Which element of an overlay was rejected, counted from 0.</param>
/// <param name="Revision">The case's revision after the command, or the one that it has if another was expected.</param>
/// <param name="Payload">The result of a custom operation.</param>
public readonly record struct WorkflowResult(
    ProposeStatus Status,
    RefusalReason Refusal,
    LogIndex Index,
    WorkflowRejection Rejection,
    string Detail,
    int? FailedElement,
    ulong? Revision,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>Whether the command took effect.</summary>
    public bool IsApplied => Status == ProposeStatus.Applied;

    /// <summary>Reads the result of a command that was proposed.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: no workflow machine answered.</exception>
    public static WorkflowResult From(in ProposeResult proposal)
    {
        var wasAnswered = proposal.Status is ProposeStatus.Applied or ProposeStatus.Rejected;
        return Combine(proposal, wasAnswered ? WorkflowAnswer.Read(proposal.Result) : WorkflowAnswer.Accepted);
    }

    /// <summary>The result of a command that was not worth proposing.</summary>
    internal static WorkflowResult Unproposed(in WorkflowVerdict verdict) =>
        Combine(new ProposeResult(ProposeStatus.Rejected, LogIndex.Zero, default, RefusalReason.None), verdict);

    private static WorkflowResult Combine(in ProposeResult proposal, in WorkflowAnswer answer) => new(
        proposal.Status,
        proposal.Refusal,
        proposal.Index,
        answer.Verdict.Rejection,
        answer.Verdict.Detail,
        answer.Verdict.FailedElement,
        answer.Revision,
        answer.Payload);
}
