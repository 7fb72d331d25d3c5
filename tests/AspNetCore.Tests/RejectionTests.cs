using System.Text.Json;
using Consensus.AspNetCore.KeyValue;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Workflow;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Tests;

/// <summary>Which problem each rejection of a state machine is, row by row.</summary>
[TestFixture]
internal sealed class RejectionTests
{
    [TestCase(WorkflowRejection.None, "internal-error")]
    [TestCase(WorkflowRejection.MalformedCommand, "internal-error")]
    [TestCase(WorkflowRejection.MalformedQuery, "internal-error")]
    [TestCase(WorkflowRejection.CommandTooLarge, "too-large")]
    [TestCase(WorkflowRejection.InvalidCaseId, "malformed-request")]
    [TestCase(WorkflowRejection.InvalidName, "malformed-request")]
    [TestCase(WorkflowRejection.CaseExists, "rejected")]
    [TestCase(WorkflowRejection.CaseNotFound, "not-found")]
    [TestCase(WorkflowRejection.CaseFinished, "rejected")]
    [TestCase(WorkflowRejection.CaseNotFinished, "rejected")]
    [TestCase(WorkflowRejection.RevisionMismatch, "comparison-failed")]
    [TestCase(WorkflowRejection.UnknownState, "rejected")]
    [TestCase(WorkflowRejection.TransitionNotAllowed, "rejected")]
    [TestCase(WorkflowRejection.TransitionVetoed, "rejected")]
    [TestCase(WorkflowRejection.DuplicateProperty, "malformed-request")]
    [TestCase(WorkflowRejection.TooManyProperties, "rejected")]
    [TestCase(WorkflowRejection.PropertyTooLarge, "too-large")]
    [TestCase(WorkflowRejection.CaseTooLarge, "too-large")]
    [TestCase(WorkflowRejection.TooManyCases, "rejected")]
    [TestCase(WorkflowRejection.InvalidGraph, "malformed-request")]
    [TestCase(WorkflowRejection.GraphNotFound, "not-found")]
    [TestCase(WorkflowRejection.TooManyGraphs, "rejected")]
    [TestCase(WorkflowRejection.InvalidPolicy, "malformed-request")]
    [TestCase(WorkflowRejection.PolicyNotFound, "not-found")]
    [TestCase(WorkflowRejection.TooManyPolicies, "rejected")]
    [TestCase(WorkflowRejection.InvalidOverlay, "malformed-request")]
    [TestCase(WorkflowRejection.OverlayVersionNotHigher, "rejected")]
    [TestCase(WorkflowRejection.TooManyOverlays, "rejected")]
    [TestCase(WorkflowRejection.UnknownOperation, "not-found")]
    [TestCase(WorkflowRejection.OperationRejected, "rejected")]
    [TestCase(WorkflowRejection.OperationLimitExceeded, "rejected")]
    [TestCase(WorkflowRejection.ResultTooLarge, "rejected")]
    public void A_rejection_of_the_workflow_machine_is_the_problem_of_its_row(WorkflowRejection rejection, string code)
    {
        var ofCommand = WorkflowProblems.Of(new WorkflowResult(ProposeStatus.Rejected, RefusalReason.None, new LogIndex(7), rejection, "Why.", null, null, default), default);
        var ofQuery = WorkflowProblems.Of(RefusalReason.None, rejection);

        AssertRow(ofCommand, code, rejection.ToString());
        AssertRow(ofQuery, code, rejection.ToString());
        Assert.That((ofCommand.Detail, ofCommand.Index), Is.EqualTo(("Why.", new LogIndex(7))));
    }

    [TestCase(KeyValueRejection.None, "internal-error")]
    [TestCase(KeyValueRejection.KeyEmpty, "malformed-request")]
    [TestCase(KeyValueRejection.KeyTooLong, "malformed-request")]
    [TestCase(KeyValueRejection.ValueTooLong, "too-large")]
    [TestCase(KeyValueRejection.ComparisonFailed, "comparison-failed")]
    [TestCase(KeyValueRejection.MalformedCommand, "internal-error")]
    [TestCase(KeyValueRejection.MalformedQuery, "internal-error")]
    [TestCase(KeyValueRejection.LimitOutOfRange, "malformed-request")]
    [TestCase(KeyValueRejection.MachineUnknown, "not-supported")]
    public void A_rejection_of_the_key_value_machine_is_the_problem_of_its_row(KeyValueRejection rejection, string code) =>
        AssertRow(KeyValueProblems.Of(RefusalReason.None, rejection), code, rejection.ToString());

    [Test]
    public void Every_rejection_has_a_row()
    {
        Assert.That(Rows<WorkflowRejection>(nameof(A_rejection_of_the_workflow_machine_is_the_problem_of_its_row)), Is.EquivalentTo(Enum.GetValues<WorkflowRejection>()));
        Assert.That(Rows<KeyValueRejection>(nameof(A_rejection_of_the_key_value_machine_is_the_problem_of_its_row)), Is.EquivalentTo(Enum.GetValues<KeyValueRejection>()));
    }

    private static IEnumerable<T> Rows<T>(string test) => typeof(RejectionTests).GetMethod(test)!
        .GetCustomAttributes(typeof(TestCaseAttribute), inherit: false)
        .Select(row => (T)((TestCaseAttribute)row).Arguments[0]!);

    private static void AssertRow(ProblemResult problem, string code, string name)
    {
        Assert.That((problem.Type.Code, problem.MayHaveTakenEffect), Is.EqualTo((code, false)));
        Assert.That(problem.Rejection, Is.EqualTo(JsonNamingPolicy.SnakeCaseLower.ConvertName(name)));
        Assert.That(problem.Detail, Is.Not.Empty);
    }
}
