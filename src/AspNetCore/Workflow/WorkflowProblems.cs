using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Status;
using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>Which problem each rejection of the workflow machine is.</summary>
internal static class WorkflowProblems
{
    /// <summary>A command that was not applied.</summary>
    public static ProblemResult Of(in WorkflowResult result) => result.Status is ProposeStatus.Refused or ProposeStatus.Unknown
        ? RefusalProblems.OfProposal(result.Status, result.Refusal)
        : Of(result.Rejection, result.Detail) with { Index = result.Index };

    /// <summary>A query that was not answered.</summary>
    public static ProblemResult Of(RefusalReason refusal, WorkflowRejection rejection) =>
        refusal == RefusalReason.None ? Of(rejection, "") : RefusalProblems.OfQuery(refusal);

    private static ProblemResult Of(WorkflowRejection rejection, string detail)
    {
        var name = WireNames.Of(rejection);
        return TypeOf(rejection).With(detail.Length > 0 ? detail : $"Rejected: {name.Replace('_', ' ')}.") with { Rejection = name };
    }

    private static ProblemType TypeOf(WorkflowRejection rejection) => rejection switch
    {
        WorkflowRejection.None or WorkflowRejection.MalformedCommand or WorkflowRejection.MalformedQuery => ProblemType.InternalError,
        WorkflowRejection.CaseNotFound or WorkflowRejection.PolicyNotFound or WorkflowRejection.GraphNotFound => ProblemType.NotFound,
        WorkflowRejection.RevisionMismatch => ProblemType.ComparisonFailed,
        WorkflowRejection.CommandTooLarge or WorkflowRejection.PropertyTooLarge or WorkflowRejection.CaseTooLarge => ProblemType.TooLarge,
        WorkflowRejection.InvalidCaseId or WorkflowRejection.InvalidName or WorkflowRejection.DuplicateProperty or WorkflowRejection.InvalidGraph
            or WorkflowRejection.InvalidPolicy or WorkflowRejection.InvalidOverlay => ProblemType.MalformedRequest,
        _ => ProblemType.Rejected,
    };
}
