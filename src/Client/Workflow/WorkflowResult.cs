namespace Consensus.Client;

/// <summary>How a workflow command ended.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Refusal">Why it was refused, or why the outcome is not known.</param>
/// <param name="Index">The entry's position in the log, if it was committed.</param>
/// <param name="Rejection">Why the workflow machine rejected it, if it did.</param>
/// <param name="Detail">A sentence for people; empty if it was applied.</param>
/// <param name="Revision">The case's revision after the command, if it was applied to a case.</param>
/// <param name="Payload">The result of a custom operation.</param>
public readonly record struct WorkflowResult(
    ProposeStatus Status,
    RefusalReason Refusal,
    LogIndex Index,
    WorkflowRejection Rejection,
    string Detail,
    ulong? Revision,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>Whether the command took effect.</summary>
    public bool IsApplied => Status == ProposeStatus.Applied;
}
