using Consensus.Replication.Workflow;
using static Consensus.Replication.Tests.Workflow.Samples;

namespace Consensus.Replication.Tests.Workflow;

/// <summary>
/// Each rejection, with its sentence. The sentences are replicated results: replicas of different versions must agree on them, so a change
/// here needs a new command or a new rejection.
/// </summary>
public sealed class RejectionTests
{
    private static readonly WorkflowLimits Small = new()
    {
        CommandBytesMax = 4_096,
        CasesMax = 3,
        PropertiesMax = 2,
        PropertyBytesMax = 100,
        CaseBytesMax = 200,
        GraphStatesMax = 6,
        GraphTransitionsMax = 8,
        GraphsMax = 1,
        PoliciesMax = 2,
        PolicyStatesMax = 2,
        PolicyConditionsMax = 2,
        OverlaysMax = 1,
        OverlayElementsMax = 2,
    };

    private static WorkflowCommand[] Scene =>
    [
        NewOrder("order-1"),
        NewOrder("done"),
        new UpdateCaseState("done", "Review"),
        new UpdateCaseState("done", "Refused"),
        new DefineGraph(CaseGraph.Start("ticket", "Open")),
        new ApplyPolicy(FourEyes),
        new DeployOverlay(new Overlay("base", 2, [new RemovePolicy("four-eyes"), new ApplyPolicy(FourEyes)])),
    ];

    private static IEnumerable<TestCaseData> Rejected()
    {
        yield return Case(WorkflowRejection.CommandTooLarge, new Custom("x", new byte[5_000]), "The command has 5007 bytes; allowed: up to 4096.");
        yield return Case(WorkflowRejection.InvalidCaseId, NewOrder(""), "The id of a case is empty; allowed: 1 to 256 bytes.");
        yield return Case(WorkflowRejection.InvalidCaseId, NewOrder(new string('x', 257)), "The id of a case has more than 256 bytes.");
        yield return Case(WorkflowRejection.InvalidCaseId, NewOrder(new string('ü', 129)), "The id of a case has 258 bytes; allowed: 1 to 256.");
        yield return Case(WorkflowRejection.InvalidCaseId, new RemoveCase("a\0b"), "The id of a case holds the control character U+0000.");
        yield return Case(WorkflowRejection.InvalidName, new RemovePolicy(""), "The name of a policy is empty; allowed: 1 to 128 bytes.");
        yield return Case(WorkflowRejection.InvalidName, new UpdateCaseState("order-1", "\n"), "The name of a state holds the control character U+000A.");
        yield return Case(WorkflowRejection.CaseExists, NewOrder("order-1"), "There is a case 'order-1' already.");
        yield return Case(WorkflowRejection.CaseNotFound, new UpdateCaseState("order-2", "Review"), "There is no case 'order-2'.");
        yield return Case(WorkflowRejection.CaseNotFound, new RemoveCase("order-2"), "There is no case 'order-2'.");
        yield return Case(WorkflowRejection.CaseFinished, new UpdateCaseState("done", "Draft"), "Case 'done' has ended in state 'Refused'.");
        yield return Case(WorkflowRejection.CaseFinished, new UpdateCaseState("done", null), "Case 'done' has ended in state 'Refused'.");
        yield return Case(WorkflowRejection.CaseNotFinished, new RemoveCase("order-1"), "Case 'order-1' is in state 'Draft', which is not final.");
        yield return Case(
            WorkflowRejection.RevisionMismatch,
            new UpdateCaseState("order-1", "Review") { ExpectedRevision = 7 },
            "Case 'order-1' has revision 1; 7 was expected.");
        yield return Case(
            WorkflowRejection.RevisionMismatch, new RemoveCase("done") { ExpectedRevision = 1 }, "Case 'done' has revision 3; 1 was expected.");
        yield return Case(
            WorkflowRejection.UnknownState, new UpdateCaseState("order-1", "Lost"), "Graph 'order' of case 'order-1' has no state 'Lost'.");
        yield return Case(
            WorkflowRejection.TransitionNotAllowed,
            new UpdateCaseState("order-1", "Approved"),
            "Graph 'order' of case 'order-1' has no transition from 'Draft' to 'Approved'.");
        yield return Case(
            WorkflowRejection.TransitionVetoed,
            new UpdateCaseState("order-1", "Approved"),
            "Policy 'four-eyes' vetoes the step of case 'order-1' from 'Review' to 'Approved': it requires that property 'approver' is there.",
            new UpdateCaseState("order-1", "Review"));
        yield return Case(
            WorkflowRejection.DuplicateProperty, NewOrder("order-2", new("a", "1"), new("a", "2")), "Property 'a' is named twice.");
        yield return Case(
            WorkflowRejection.TooManyProperties,
            NewOrder("order-2", new("a", ""), new("b", ""), new("c", "")),
            "Case 'order-2' would have 3 properties; allowed: up to 2.");
        yield return Case(
            WorkflowRejection.TooManyProperties,
            NewOrder("order-2", new("a", ""), new("b", ""), new("c", ""), new("d", ""), new("e", "")),
            "There are 5 changes of properties; allowed: up to 4.");
        yield return Case(
            WorkflowRejection.PropertyTooLarge, NewOrder("order-2", new Property("a", new string('x', 101))), "Property 'a' has 101 bytes; allowed: up to 100.");
        yield return Case(
            WorkflowRejection.CaseTooLarge,
            NewOrder("order-2", new("a", new string('x', 90)), new("b", new string('x', 90))),
            "Case 'order-2' would have 237 bytes; allowed: up to 200.");
        yield return Case(WorkflowRejection.TooManyCases, NewOrder("order-3"), "There are 3 cases, as many as allowed.", NewOrder("order-2"));
        yield return Case(WorkflowRejection.GraphNotFound, new CreateCase("order-2") { DeployedGraph = "order" }, "No graph 'order' is deployed.");
        yield return Case(WorkflowRejection.GraphNotFound, new RemoveGraph("order"), "No graph 'order' is deployed.");
        yield return Case(WorkflowRejection.TooManyGraphs, new DefineGraph(Order), "There are 1 deployed graphs, as many as allowed.");
        yield return Case(WorkflowRejection.PolicyNotFound, new RemovePolicy("five-eyes"), "There is no policy 'five-eyes'.");
        yield return Case(
            WorkflowRejection.TooManyPolicies,
            new ApplyPolicy(new Policy("third")),
            "There are 2 policies, as many as allowed.",
            new ApplyPolicy(new Policy("second") { Graph = "ticket" }));
        yield return Case(
            WorkflowRejection.OverlayVersionNotHigher,
            new DeployOverlay(new Overlay("base", 2, [new RemovePolicy("four-eyes")])),
            "Overlay 'base' is deployed in version 2; version 2 is not higher.");
        yield return Case(
            WorkflowRejection.TooManyOverlays,
            new DeployOverlay(new Overlay("more", 1, [new RemovePolicy("four-eyes")])),
            "There are 1 overlays, as many as allowed.");
        yield return Case(
            WorkflowRejection.InvalidOverlay,
            new DeployOverlay(new Overlay("base", 3, [])),
            "Overlay 'base' has version 3 and 0 elements; allowed: version 1 or more, 1 to 2 elements.");
        yield return Case(
            WorkflowRejection.InvalidOverlay,
            new DeployOverlay(new Overlay("base", 0, [new RemovePolicy("four-eyes")])),
            "Overlay 'base' has version 0 and 1 elements; allowed: version 1 or more, 1 to 2 elements.");
        yield return Case(WorkflowRejection.UnknownOperation, new Custom("unheard-of", default), "No operation 'unheard-of' is registered.");
        yield return Case(WorkflowRejection.OperationRejected, new Custom("misbehave", "reject"u8.ToArray()), "It was asked to reject.");
        yield return Case(
            WorkflowRejection.OperationLimitExceeded,
            new Custom("misbehave", "large-value"u8.ToArray()),
            "Operation 'misbehave' wrote a value of 65537 bytes; allowed: up to 65536.");
        yield return Case(
            WorkflowRejection.OperationLimitExceeded,
            new Custom("misbehave", "large-key"u8.ToArray()),
            "Operation 'misbehave' used a key of 257 bytes; allowed: 1 to 256.");
        yield return Case(
            WorkflowRejection.OperationLimitExceeded,
            new Custom("misbehave", "empty-key"u8.ToArray()),
            "Operation 'misbehave' used a key of 0 bytes; allowed: 1 to 256.");
        yield return Case(
            WorkflowRejection.OperationLimitExceeded,
            new Custom("misbehave", "many-writes"u8.ToArray()),
            "Operation 'misbehave' wrote more than 1024 times.");
        yield return Case(
            WorkflowRejection.ResultTooLarge,
            new Custom("misbehave", "large-result"u8.ToArray()),
            "Operation 'misbehave' answered with 16385 bytes; allowed: up to 16384.");
        foreach (var (graph, problem) in InvalidGraphs())
        {
            yield return Case(WorkflowRejection.InvalidGraph, new CreateCase("order-2") { Graph = graph }, $"Graph 'order' is not valid: {problem}.");
        }

        foreach (var (policy, problem) in InvalidPolicies())
        {
            yield return Case(WorkflowRejection.InvalidPolicy, new ApplyPolicy(policy), $"Policy 'p' is not valid: {problem}.");
        }

        foreach (var command in (WorkflowCommand[])[new CreateCase("order-2"), NewOrder("order-2") with { DeployedGraph = "ticket" }])
        {
            yield return Case(
                WorkflowRejection.InvalidGraph, command, "A case is created with either a graph of its own or the name of a deployed one.");
        }
    }

    private static IEnumerable<(CaseGraph Graph, string Problem)> InvalidGraphs()
    {
        var graph = new CaseGraph("order", ["A", "B"], "A", ["B"], [new("A", "B")]);
        yield return (graph with { States = [] }, "it has 0 states; allowed: 1 to 6");
        yield return (graph with { States = ["A", "B", "C", "D", "E", "F", "G"] }, "it has 7 states; allowed: 1 to 6");
        yield return (graph with { States = ["A", "B", "A"] }, "state 'A' is declared twice");
        yield return (graph with { Initial = "C" }, "its initial state is not declared");
        yield return (graph with { Final = ["C"] }, "a final state is not declared");
        yield return (graph with { Final = ["B", "B"] }, "state 'B' is named final twice");
        yield return (graph with { Transitions = [new("A", "C")] }, "a transition names a state that is not declared");
        yield return (graph with { Transitions = [new("C", "A")] }, "a transition names a state that is not declared");
        yield return (graph with { Transitions = [new("B", "A")] }, "a transition leaves the final state 'B'");
        yield return (graph with { Transitions = [new("A", "B"), new("A", "B")] }, "the transition from 'A' to 'B' is declared twice");
        yield return (graph with { Transitions = ValueList.From(Enumerable.Repeat(new CaseTransition("A", "B"), 9)) }, "it has 9 transitions; allowed: up to 8");
    }

    private static IEnumerable<(Policy Policy, string Problem)> InvalidPolicies()
    {
        var policy = new Policy("p");
        yield return (policy with { CasePrefix = "\t" }, "its prefix of case ids could not begin any id");
        yield return (policy with { Graph = new string('x', 129) }, "its graph could not be the name of any");
        yield return (policy with { From = ["A", "B", "C"] }, "it names more than 2 states on one side");
        yield return (policy with { To = ["A", "B", "C"] }, "it names more than 2 states on one side");
        yield return (
            policy with { Requires = [new PropertyExists("a"), new PropertyExists("b"), new PropertyExists("c")] },
            "it has 3 conditions; allowed: up to 2");
        yield return (
            policy with { Requires = [new PropertyNumber("a", (PropertyComparison)6, 1)] }, "a condition compares in a way that does not exist");
        yield return (
            policy with { Requires = [new PropertyMatches("a", (PropertyComparison)9, "1")] }, "a condition compares in a way that does not exist");
        yield return (
            policy with { Requires = [new PropertyMatches("a", PropertyComparison.Less, new string('x', 257))] },
            "a condition's value has 257 bytes; allowed: up to 256");
    }

    private static TestCaseData Case(WorkflowRejection rejection, WorkflowCommand command, string detail, params WorkflowCommand[] before) =>
        new TestCaseData(rejection, command, detail, before).SetArgDisplayNames($"{rejection}", detail);

    [TestCaseSource(nameof(Rejected))]
    public void The_machine_rejects_with_reason_and_sentence(WorkflowRejection rejection, WorkflowCommand command, string detail, WorkflowCommand[] before)
    {
        var bed = new WorkflowBed(Small, new FailingOperation()).Given(Scene).Given(before);
        var result = bed.Do(command);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Status, Is.EqualTo(ProposeStatus.Rejected));
            Assert.That(result.Rejection, Is.EqualTo(rejection));
            Assert.That(result.Detail, Is.EqualTo(detail));
        }
    }

    [TestCaseSource(nameof(Rejected))]
    public async Task The_store_gives_the_same_rejection(WorkflowRejection rejection, WorkflowCommand command, string detail, WorkflowCommand[] before)
    {
        var bed = new WorkflowBed(Small, new FailingOperation()).Given(Scene).Given(before);
        var result = await bed.Store().ProposeAsync(command);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Status, Is.EqualTo(ProposeStatus.Rejected));
            Assert.That(result.Rejection, Is.EqualTo(rejection));
            Assert.That(result.Detail, Is.EqualTo(detail));
        }
    }

    [Test]
    public void Bytes_that_are_no_command_are_malformed()
    {
        var bed = new WorkflowBed();
        byte[][] commands = [[], [0xC0], [0x90], [0x92, 99, 0xA1, 0x78], "hello"u8.ToArray(), [0x92, 7, 0xC0], [0x92, 7, 0xA1, 0x78, 0], [0x93, 7, 0xA1, 0x78, 0]];
        foreach (var command in commands)
        {
            var result = bed.Do(command);
            Assert.That(result.Rejection, Is.EqualTo(WorkflowRejection.MalformedCommand), Convert.ToHexString(command));
            Assert.That(result.Detail, Is.EqualTo("The bytes are not a workflow command."));
        }
    }

    [Test]
    public void Every_rejection_of_a_command_is_shown_here()
    {
        var shown = Rejected().Select(data => (WorkflowRejection)data.Arguments[0]!).ToHashSet();
        WorkflowRejection[] shownElsewhere = [WorkflowRejection.None, WorkflowRejection.MalformedCommand, WorkflowRejection.MalformedQuery];
        Assert.That(Enum.GetValues<WorkflowRejection>().Except(shownElsewhere), Is.EquivalentTo(shown));
    }

    [Test]
    public async Task Half_a_surrogate_pair_is_no_name()
    {
        var result = await new WorkflowBed().Store().RemovePolicyAsync("\uD83D");
        Assert.That(result.Detail, Is.EqualTo("The name of a policy holds half of a surrogate pair."));
    }

    [Test]
    public void The_sentence_of_an_operation_is_cut_where_it_gets_long_even_within_a_surrogate_pair()
    {
        var result = new WorkflowBed(null, new FailingOperation()).Do(new Custom("misbehave", "long-sentence"u8.ToArray()));
        Assert.That(result.Detail, Is.EqualTo(new string('x', 511) + "\uFFFD"));
    }
}
