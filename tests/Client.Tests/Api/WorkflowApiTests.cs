using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Client.Tests.Support;
using Consensus.Replication;

namespace Consensus.Client.Tests.Api;

/// <summary>The client against the API as it is, over a group without a protocol.</summary>
public sealed class WorkflowApiTests
{
    private static readonly CaseGraph Order =
        CaseGraph.Start("order", "Draft").Allow("Draft", "Review").Allow("Review", "Paid").Allow("Review", "Draft").End("Paid");

    private ApiNode _node = null!;
    private ConsensusClient _client = null!;

    private WorkflowClient Workflow => _client.Workflow;

    [SetUp]
    public async Task Start()
    {
        var machine = new CompositeStateMachine([new HostedMachine(MachineId.Workflow, new Replication.Workflow.WorkflowStateMachine([new DoubleOperation()]))]);
        _node = await ApiNode.StartAsync(new LocalConsensus(machine));
        _client = _node.CreateClient();
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Test]
    public async Task A_case_lives_from_its_creation_to_its_removal()
    {
        byte[] odd = [255, 0];
        var created = await Workflow.CreateCaseAsync("a/1", Order, [new Property("sum", "12"), new Property("odd", new PropertyValue(odd))]);
        var moved = await Workflow.UpdateCaseStateAsync("a/1", "Review", [PropertyChange.Set("note", "ok"), PropertyChange.Remove("odd")], expectedRevision: 1);
        var changed = await Workflow.UpdateCasePropertiesAsync("a/1", [PropertyChange.Set("note", "fine")]);
        var found = (await Workflow.GetCaseAsync("a/1")).Value!;
        var paid = await Workflow.UpdateCaseStateAsync("a/1", "Paid");
        var removed = await Workflow.RemoveCaseAsync("a/1");

        Assert.That((created.IsApplied, created.Revision, moved.Revision, changed.Revision), Is.EqualTo((true, 1UL, 2UL, 3UL)));
        Assert.That((found.Id, found.Graph, found.State, found.IsFinal, found.Revision), Is.EqualTo(("a/1", "order", "Review", false, 3UL)));
        Assert.That(found.NextStates, Is.EquivalentTo(["Paid", "Draft"]));
        Assert.That((found["sum"], found["note"], found["odd"]), Is.EqualTo(((PropertyValue?)"12", (PropertyValue?)"fine", (PropertyValue?)null)));
        Assert.That((paid.IsApplied, removed.IsApplied), Is.EqualTo((true, true)));
        Assert.That(await Workflow.GetCaseAsync("a/1"), Has.Property("IsAnswered").True.And.Property("Value").Null);
    }

    [Test]
    public async Task Rejections_are_the_machines_own()
    {
        await Workflow.CreateCaseAsync("a", Order);

        Assert.That((await Workflow.CreateCaseAsync("a", Order)).Rejection, Is.EqualTo(WorkflowRejection.CaseExists));
        Assert.That((await Workflow.CreateCaseAsync("b", "none")).Rejection, Is.EqualTo(WorkflowRejection.GraphNotFound));
        Assert.That((await Workflow.UpdateCaseStateAsync("b", "Review")).Rejection, Is.EqualTo(WorkflowRejection.CaseNotFound));
        Assert.That((await Workflow.UpdateCaseStateAsync("a", "Paid")).Rejection, Is.EqualTo(WorkflowRejection.TransitionNotAllowed));
        Assert.That((await Workflow.UpdateCaseStateAsync("a", "Review", expectedRevision: 9)).Rejection, Is.EqualTo(WorkflowRejection.RevisionMismatch));
        Assert.That((await Workflow.RemoveCaseAsync("a")).Rejection, Is.EqualTo(WorkflowRejection.CaseNotFinished));
        Assert.That((await Workflow.CreateCaseAsync("", Order)).Rejection, Is.EqualTo(WorkflowRejection.InvalidCaseId));
        Assert.That((await Workflow.RemoveCaseAsync("..")).Rejection, Is.EqualTo(WorkflowRejection.InvalidCaseId));
        Assert.That((await Workflow.GetGraphAsync("")).Rejection, Is.EqualTo(WorkflowRejection.InvalidName));
        Assert.That((await Workflow.CustomAsync("unknown")).Rejection, Is.EqualTo(WorkflowRejection.UnknownOperation));
        Assert.That((await Workflow.CustomAsync("double", "no"u8.ToArray())).Detail, Is.EqualTo("It will not."));
    }

    [Test]
    public async Task A_custom_operation_answers()
    {
        byte[] odd = [1, 255];
        var result = await Workflow.CustomAsync("double", odd);

        Assert.That(result.IsApplied, Is.True);
        Assert.That(result.Payload.ToArray(), Is.EqualTo(new byte[] { 1, 255, 1, 255 }));
    }

    [Test]
    public async Task Graphs_are_deployed_read_listed_and_removed()
    {
        await Workflow.DefineGraphAsync(Order);
        await Workflow.CreateCaseAsync("a", "order");
        var graph = (await Workflow.GetGraphAsync("order")).Value!;
        var graphs = (await Workflow.ListGraphsAsync()).Value!;
        var removed = await Workflow.RemoveGraphAsync("order");

        Assert.That((graph.Name, graph.Initial, removed.IsApplied), Is.EqualTo(("order", "Draft", true)));
        Assert.That((graph.States, graph.Final, graph.Transitions), Is.EqualTo((Order.States, Order.Final, Order.Transitions)));
        Assert.That(graphs.Items.Single().Name, Is.EqualTo("order"));
        Assert.That((await Workflow.GetCaseAsync("a")).Value!.Graph, Is.EqualTo("order"));
    }

    [Test]
    public async Task Policies_with_every_condition_come_back_as_they_went()
    {
        var policy = new Policy("p")
        {
            CasePrefix = "a",
            Graph = "order",
            From = ["Draft"],
            To = ["Review", "Paid"],
            Requires =
            [
                new PropertyExists("x"), new PropertyAbsent("y"), new CasesInStateBelow(5),
                .. Enum.GetValues<PropertyComparison>().Select(comparison => new PropertyMatches("m", comparison, new PropertyValue(new byte[] { 255 }))),
                .. Enum.GetValues<PropertyComparison>().Select(comparison => new PropertyNumber("n", comparison, long.MinValue)),
            ],
        };

        var applied = await Workflow.ApplyPolicyAsync(policy);
        var found = (await Workflow.ListPoliciesAsync()).Value!.Items.Single();
        var removed = await Workflow.RemovePolicyAsync("p");

        Assert.That((applied.IsApplied, removed.IsApplied), Is.EqualTo((true, true)), applied.Detail);
        Assert.That((found.Name, found.CasePrefix, found.Graph), Is.EqualTo(("p", "a", "order")));
        Assert.That((found.From, found.To), Is.EqualTo((policy.From, policy.To)));
        Assert.That(found.Requires, Is.EqualTo(policy.Requires));
    }

    [Test]
    public async Task An_overlay_takes_all_its_elements_or_none()
    {
        var overlay = new Overlay(
            "o",
            1,
            [
                new DefineGraph(Order), new ApplyPolicy(new Policy("p") { To = ["Paid"] }), new CreateCase("a") { DeployedGraph = "order", Properties = [new Property("x", "1")] },
                new RemovePolicy("p"), new RemoveGraph("order"),
            ]);

        var deployed = await Workflow.DeployOverlayAsync(overlay);
        var again = await Workflow.DeployOverlayAsync(overlay);
        var listed = (await Workflow.ListOverlaysAsync()).Value!.Items.Single();

        Assert.That(deployed.IsApplied, Is.True, deployed.Detail);
        Assert.That(again.Rejection, Is.EqualTo(WorkflowRejection.OverlayVersionNotHigher));
        Assert.That((listed.Name, listed.Version, listed.Elements, listed.Index), Is.EqualTo(("o", 1UL, 5, deployed.Index)));
        Assert.That((await Workflow.GetCaseAsync("a")).Value!["x"], Is.EqualTo((PropertyValue?)"1"));
    }

    [Test]
    public async Task Cases_are_listed_page_by_page()
    {
        for (var i = 0; i < 5; i++)
        {
            await Workflow.CreateCaseAsync($"c {i}", Order);
        }

        var ids = new List<string>();
        await foreach (var page in Workflow.CasePagesAsync("c ", pageSize: 2))
        {
            ids.AddRange(page.Value!.Items.Select(found => found.Id));
        }

        Assert.That(ids, Is.EqualTo(["c 0", "c 1", "c 2", "c 3", "c 4"]));
    }

    [Test]
    public void A_property_is_named_once() => Assert.That(
        () => Workflow.CreateCaseAsync("a", Order, [new Property("x", "1"), new Property("x", "2")]), Throws.ArgumentException);

    [Test]
    public void The_client_knows_the_machines_rejections_and_comparisons()
    {
        Assert.That(Enum.GetNames<WorkflowRejection>().Except([nameof(WorkflowRejection.Other)], StringComparer.Ordinal), Is.EquivalentTo(Enum.GetNames<Replication.Workflow.WorkflowRejection>()));
        Assert.That(Enum.GetNames<PropertyComparison>(), Is.EqualTo(Enum.GetNames<Replication.Workflow.PropertyComparison>()));
    }
}
