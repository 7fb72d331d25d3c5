using Consensus.Replication.KeyValue;
using Consensus.Replication.Tests.KeyValue;
using Consensus.Replication.Workflow;
using static Consensus.Replication.Tests.Workflow.Samples;

namespace Consensus.Replication.Tests.Workflow;

public sealed class WorkflowStoreTests
{
    [Test]
    public async Task Cases_are_listed_by_prefix_page_by_page_in_the_order_of_their_bytes()
    {
        var bed = new WorkflowBed();
        string[] ids = ["a", "a-1", "a-10", "a-2", "a-\uE000", "a-\U0001F600", "b"];
        foreach (var id in ids.Reverse())
        {
            bed.Given(NewOrder(id));
        }

        var store = bed.Store();
        var listed = new List<string>();
        var pages = 0;
        bool hasMore;
        do
        {
            var page = (await store.ListCasesAsync("a-", limit: 2, after: listed.LastOrDefault() ?? "")).Value!;
            listed.AddRange(page.Items.Select(@case => @case.Id));
            hasMore = page.HasMore;
            pages++;
        }
        while (hasMore);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed, Is.EqualTo(ids[1..^1]));
            Assert.That(pages, Is.EqualTo(3));
            Assert.That((await store.ListCasesAsync()).Value!.Items.Select(@case => @case.Id), Is.EqualTo(ids));
            Assert.That((await store.ListCasesAsync("c")).Value!.Items, Is.Empty);
            Assert.That((await store.ListCasesAsync("a-1")).Value!.Items, Has.Count.EqualTo(2));
        }
    }

    [Test]
    public async Task A_page_ends_early_when_its_records_are_large()
    {
        var bed = new WorkflowBed();
        for (var i = 0; i < 40; i++)
        {
            bed.Given(NewOrder($"order-{i:00}", new Property("a", new string('x', 60_000))));
        }

        var page = (await bed.Store().ListCasesAsync()).Value!;
        Assert.That((page.Items.Count, page.HasMore), Is.EqualTo((18, true)));
    }

    [Test]
    public async Task A_case_shows_its_state_times_properties_and_what_may_come_next()
    {
        var bed = new WorkflowBed { Now = new Timestamp(10) };
        bed.Given(NewOrder("order-1", new Property("b", "2"), new Property("a", "1")));
        bed.Now = new Timestamp(20);
        bed.Given(new UpdateCaseState("order-1", "Review") { Changes = [PropertyChange.Remove("b"), PropertyChange.Set("c", "3")] });
        var expected = new Case(
            "order-1",
            "order",
            "Review",
            false,
            ["Draft", "Review", "Approved", "Refused"],
            2,
            new Timestamp(10),
            new Timestamp(20),
            [new("a", "1"), new("c", "3")]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await bed.CaseAsync("order-1"), Is.EqualTo(expected));
            Assert.That((await bed.Store().GetGraphOfCaseAsync("order-1")).Value, Is.EqualTo(Order));
            Assert.That((await bed.Store().GetGraphOfCaseAsync("order-2")).Value, Is.Null);
        }
    }

    [Test]
    public async Task A_case_keeps_its_graph_when_another_is_deployed_under_the_name()
    {
        var bed = new WorkflowBed().Given(new DefineGraph(Order), new CreateCase("old") { DeployedGraph = "order" });
        var shorter = CaseGraph.Start("order", "Draft").Allow("Draft", "Approved").End("Approved");
        bed.Given(new DefineGraph(shorter), new CreateCase("new") { DeployedGraph = "order" });
        var store = bed.Store();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await store.GetGraphAsync("order")).Value, Is.EqualTo(shorter));
            Assert.That((await store.GetGraphOfCaseAsync("old")).Value, Is.EqualTo(Order));
            Assert.That((await bed.CaseAsync("new"))!.NextStates, Is.EqualTo((string[])["Approved"]));
            Assert.That((await bed.CaseAsync("old"))!.NextStates, Is.EqualTo((string[])["Review"]));
        }
    }

    [Test]
    public void When_everything_is_removed_the_state_is_as_new()
    {
        var bed = new WorkflowBed().Given(
            new DefineGraph(Order),
            new CreateCase("order-1") { DeployedGraph = "order" },
            NewOrder("order-2"),
            new ApplyPolicy(new Policy("p") { Graph = "other" }),
            new RemoveGraph("order"),
            new UpdateCaseState("order-1", "Review"),
            new UpdateCaseState("order-1", "Refused"),
            new UpdateCaseState("order-2", "Review"),
            new UpdateCaseState("order-2", "Approved"),
            new RemoveCase("order-1"),
            new RemoveCase("order-2"),
            new RemovePolicy("p"));
        Assert.That(bed.Hash, Is.EqualTo(new WorkflowStateMachine().StateHash()));
    }

    [Test]
    public async Task What_has_no_valid_form_is_not_proposed()
    {
        var consensus = new DirectWorkflow(new WorkflowBed()) { Outcome = ProposeResult.Refused(RefusalReason.Overloaded) };
        var result = await new WorkflowStore(consensus).CreateCaseAsync("", Order);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((result.Status, result.Rejection), Is.EqualTo((ProposeStatus.Rejected, WorkflowRejection.InvalidCaseId)));
            Assert.That(result.Index, Is.EqualTo(LogIndex.Zero));
            Assert.That((await new WorkflowStore(consensus).GetCaseAsync("")).Rejection, Is.EqualTo(WorkflowRejection.InvalidCaseId));
            Assert.That((await new WorkflowStore(consensus).GetPolicyAsync("\0")).Rejection, Is.EqualTo(WorkflowRejection.InvalidName));
            Assert.That((await new WorkflowStore(consensus).ListCasesAsync("\0")).Rejection, Is.EqualTo(WorkflowRejection.InvalidCaseId));
        }
    }

    [Test]
    public async Task A_refusal_and_an_unknown_outcome_are_handed_on()
    {
        var consensus = new DirectWorkflow(new WorkflowBed()) { Outcome = ProposeResult.Refused(RefusalReason.NoLeader) };
        var store = new WorkflowStore(consensus);
        var refused = await store.CreateCaseAsync("order-1", Order);
        var read = await store.GetCaseAsync("order-1");
        consensus.Outcome = ProposeResult.Unknown(RefusalReason.TimedOut);
        var unknown = await store.CreateCaseAsync("order-1", Order);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Status, refused.Refusal, refused.Detail), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NoLeader, "")));
            Assert.That((read.IsAnswered, read.Refusal), Is.EqualTo((false, RefusalReason.NoLeader)));
            Assert.That((unknown.Status, unknown.Refusal), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.TimedOut)));
        }
    }

    [Test]
    public async Task Options_reach_the_group()
    {
        var consensus = new DirectWorkflow(new WorkflowBed());
        var options = new ProposeOptions(TimeSpan.FromSeconds(3), new RequestId(new ClientId(4), 5), 2);
        await new WorkflowStore(consensus).CreateCaseAsync("order-1", Order, options: options);
        Assert.That(consensus.LastOptions, Is.EqualTo(options));
    }

    [Test]
    public async Task An_answer_of_another_machine_is_named_as_what_it_is()
    {
        var consensus = new DirectWorkflow(new WorkflowBed()) { Outcome = new ProposeResult(ProposeStatus.Applied, new LogIndex(1), new byte[] { 0xC1, 2 }, RefusalReason.None) };
        var store = new WorkflowStore(consensus, MachineId.Workflow);
        await Assert.ThatAsync(async () => await store.CreateCaseAsync("order-1", Order), IsOfAnotherMachine());
        await Assert.ThatAsync(async () => await store.GetCaseAsync("order-1"), IsOfAnotherMachine());

        static NUnit.Framework.Constraints.Constraint IsOfAnotherMachine() => Throws.TypeOf<ConsensusException>()
            .With.Property(nameof(ConsensusException.Reason)).EqualTo(ConsensusFailure.InvalidConfiguration)
            .And.Message.Contains("not one of a workflow machine");
    }

    [Test]
    public async Task The_machine_lives_beside_others()
    {
        var composite = new CompositeStateMachine([new(MachineId.KeyValue, new KeyValueStateMachine()), new(MachineId.Workflow, new WorkflowStateMachine())]);
        var consensus = new DirectConsensus(composite);
        var store = new WorkflowStore(consensus, MachineId.Workflow);
        var created = await store.CreateCaseAsync("order-1", Order);
        var vetoed = await store.UpdateCaseStateAsync("order-1", "Approved");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((created.IsApplied, created.Revision), Is.EqualTo((true, (ulong?)1)));
            Assert.That(vetoed.Rejection, Is.EqualTo(WorkflowRejection.TransitionNotAllowed));
            Assert.That((await store.GetCaseAsync("order-1")).Value!.State, Is.EqualTo("Draft"));
        }

        var stranger = new WorkflowStore(consensus, new MachineId(99));
        await Assert.ThatAsync(async () => await stranger.RemovePolicyAsync("p"), Throws.TypeOf<ConsensusException>());
    }
}
