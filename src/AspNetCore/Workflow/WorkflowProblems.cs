using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Status;
using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>Which problem each rejection of the workflow machine is.</summary>
internal static class WorkflowProblems
{
    /// <summary>A command that was not applied.</summary>
    public static ProblemResult Of(in WorkflowResult result, in ProposeOptions options) => result.Status is ProposeStatus.Refused or ProposeStatus.Unknown
        ? RefusalProblems.OfProposal(result.Status, result.Refusal, options.Request != RequestId.None)
        : Of(result.Rejection, result.Detail) with { Index = result.Index };

    /// <summary>A query that was not answered.</summary>
    public static ProblemResult Of(RefusalReason refusal, WorkflowRejection rejection) =>
        refusal == RefusalReason.None ? Of(rejection, "") : RefusalProblems.OfQuery(refusal);

    private static ProblemResult Of(WorkflowRejection rejection, string detail)
    {
        var name = WireNames.Of(rejection);
        return TypeOf(rejection).With(detail.Length > 0 ? detail : $"Rejected: {name.Replace('_', ' ')}.") with { Rejection = name };
    }

    /// <summary>The kind of problem that a rejection is. No row for the rest: a new rejection does not compile until it has one.</summary>
    private static ProblemType TypeOf(WorkflowRejection rejection) => rejection switch
    {
        WorkflowRejection.None or WorkflowRejection.MalformedCommand or WorkflowRejection.MalformedQuery => ProblemType.InternalError,
        WorkflowRejection.CaseNotFound or WorkflowRejection.PolicyNotFound or WorkflowRejection.GraphNotFound or WorkflowRejection.UnknownOperation => ProblemType.NotFound,
        WorkflowRejection.RevisionMismatch => ProblemType.ComparisonFailed,
        WorkflowRejection.CommandTooLarge or WorkflowRejection.PropertyTooLarge or WorkflowRejection.CaseTooLarge => ProblemType.TooLarge,
        WorkflowRejection.InvalidCaseId or WorkflowRejection.InvalidName or WorkflowRejection.DuplicateProperty or WorkflowRejection.InvalidGraph
            or WorkflowRejection.InvalidPolicy or WorkflowRejection.InvalidOverlay => ProblemType.MalformedRequest,
        WorkflowRejection.CaseExists or WorkflowRejection.CaseFinished or WorkflowRejection.CaseNotFinished or WorkflowRejection.UnknownState
            or WorkflowRejection.TransitionNotAllowed or WorkflowRejection.TransitionVetoed or WorkflowRejection.TooManyProperties
            or WorkflowRejection.TooManyCases or WorkflowRejection.TooManyGraphs or WorkflowRejection.TooManyPolicies
            or WorkflowRejection.OverlayVersionNotHigher or WorkflowRejection.TooManyOverlays or WorkflowRejection.OperationRejected
            or WorkflowRejection.OperationLimitExceeded or WorkflowRejection.ResultTooLarge => ProblemType.Rejected,
    };
}
