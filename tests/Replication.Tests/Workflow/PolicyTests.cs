using Consensus.Replication.Workflow;
using static Consensus.Replication.Tests.Workflow.Samples;

namespace Consensus.Replication.Tests.Workflow;

public sealed class PolicyTests
{
    private static IEnumerable<TestCaseData> Conditions()
    {
        yield return Row(new PropertyExists("amount"), (null, false), ("", true), ("1", true));
        yield return Row(new PropertyAbsent("amount"), (null, true), ("", false), ("1", false));
        yield return Row(new PropertyMatches("amount", PropertyComparison.Equal, "b"), (null, false), ("a", false), ("b", true), ("bb", false));
        yield return Row(new PropertyMatches("amount", PropertyComparison.NotEqual, "b"), (null, false), ("a", true), ("b", false));
        yield return Row(new PropertyMatches("amount", PropertyComparison.Less, "b"), (null, false), ("a", true), ("ab", true), ("b", false), ("c", false));
        yield return Row(new PropertyMatches("amount", PropertyComparison.LessOrEqual, "b"), ("a", true), ("b", true), ("ba", false));
        yield return Row(new PropertyMatches("amount", PropertyComparison.Greater, "b"), ("a", false), ("b", false), ("ba", true));
        yield return Row(new PropertyMatches("amount", PropertyComparison.GreaterOrEqual, "b"), ("a", false), ("b", true), ("c", true));
        yield return Row(new PropertyNumber("amount", PropertyComparison.Equal, 10), (null, false), ("10", true), ("010", true), ("9", false));
        yield return Row(new PropertyNumber("amount", PropertyComparison.NotEqual, 10), (null, false), ("10", false), ("9", true), ("ten", false));
        yield return Row(new PropertyNumber("amount", PropertyComparison.Less, 10), ("9", true), ("-100", true), ("10", false), ("100", false));
        yield return Row(new PropertyNumber("amount", PropertyComparison.LessOrEqual, 10), ("10", true), ("11", false));
        yield return Row(
            new PropertyNumber("amount", PropertyComparison.Greater, 10),
            ("10", false), ("11", true), ("9223372036854775807", true), ("9223372036854775808", false), ("11.5", false), ("11 ", false), ("", false));
        yield return Row(new PropertyNumber("amount", PropertyComparison.GreaterOrEqual, 10), ("9", false), ("10", true));
    }

    private static TestCaseData Row(PolicyCondition condition, params (string? Value, bool Holds)[] examples) =>
        new TestCaseData(condition, examples).SetArgDisplayNames($"{condition}");

    [TestCaseSource(nameof(Conditions))]
    public void A_condition_holds_for_these_values_and_not_for_those(PolicyCondition condition, (string? Value, bool Holds)[] examples)
    {
        foreach (var (value, holds) in examples)
        {
            var bed = new WorkflowBed().Given(
                new ApplyPolicy(new Policy("check") { To = ["Review"], Requires = [condition] }),
                value is null ? NewOrder("order-1") : NewOrder("order-1", new Property("amount", value)));
            var result = bed.Do(new UpdateCaseState("order-1", "Review"));
            Assert.That(result.IsApplied, Is.EqualTo(holds), $"amount '{value}': {result.Detail}");
        }
    }

    [Test]
    public void A_policy_speaks_only_about_its_scope()
    {
        (Policy Policy, bool Vetoes)[] rows =
        [
            (new("p"), true),
            (new("p") { Graph = "order" }, true),
            (new("p") { Graph = "ord" }, false),
            (new("p") { CasePrefix = "order-" }, true),
            (new("p") { CasePrefix = "order-1" }, true),
            (new("p") { CasePrefix = "order-12" }, false),
            (new("p") { From = ["Approved", "Draft"] }, true),
            (new("p") { From = ["Review"] }, false),
            (new("p") { To = ["Review"] }, true),
            (new("p") { To = ["Draft"] }, false),
            (new("p") { From = ["Draft"], To = ["Approved"] }, false),
            (new("p") { Graph = "order", CasePrefix = "ord", From = ["Draft"], To = ["Review"] }, true),
        ];
        foreach (var (policy, vetoes) in rows)
        {
            var bed = new WorkflowBed().Given(NewOrder("order-1"), new ApplyPolicy(policy));
            var result = bed.Do(new UpdateCaseState("order-1", "Review"));
            Assert.That(result.Rejection, Is.EqualTo(vetoes ? WorkflowRejection.TransitionVetoed : WorkflowRejection.None), $"{policy}");
        }
    }

    [Test]
    public void A_creation_enters_the_initial_state_and_leaves_none()
    {
        (Policy Policy, bool Vetoes)[] rows =
        [
            (new("p"), true),
            (new("p") { To = ["Draft"] }, true),
            (new("p") { To = ["Review"] }, false),
            (new("p") { From = ["Draft"] }, false),
            (new("p") { Requires = [new PropertyExists("owner")] }, true),
            (new("p") { Requires = [new PropertyExists("amount")] }, false),
        ];
        foreach (var (policy, vetoes) in rows)
        {
            var result = new WorkflowBed().Given(new ApplyPolicy(policy)).Do(NewOrder("order-1", new Property("amount", "1")));
            Assert.That(result.Rejection, Is.EqualTo(vetoes ? WorkflowRejection.TransitionVetoed : WorkflowRejection.None), $"{policy}");
        }
    }

    [Test]
    public void Policies_are_asked_in_the_order_of_their_names()
    {
        var bed = new WorkflowBed().Given(NewOrder("order-1"));
        foreach (var name in (string[])["b", "a2", "a10", "é", "z", "A"])
        {
            bed.Given(new ApplyPolicy(new Policy(name)));
        }

        foreach (var name in (string[])["A", "a10", "a2", "b", "z", "é"])
        {
            Assert.That(bed.Do(new UpdateCaseState("order-1", "Review")).Detail, Does.StartWith($"Policy '{name}' vetoes"));
            bed.Given(new RemovePolicy(name));
        }

        bed.Given(new UpdateCaseState("order-1", "Review"));
    }

    [Test]
    public void A_condition_sees_the_properties_as_they_will_be()
    {
        var bed = new WorkflowBed().Given(new ApplyPolicy(FourEyes), NewOrder("order-1", new Property("approver", "Ada")), new UpdateCaseState("order-1", "Review"));
        var removing = bed.Do(new UpdateCaseState("order-1", "Approved") { Changes = [PropertyChange.Remove("approver")] });
        Assert.That(removing.Rejection, Is.EqualTo(WorkflowRejection.TransitionVetoed));
        bed.Given(
            new UpdateCaseState("order-1", null) { Changes = [PropertyChange.Remove("approver")] },
            new UpdateCaseState("order-1", "Approved") { Changes = [PropertyChange.Set("approver", "Bob")] });
    }

    [Test]
    public async Task A_limit_on_work_in_progress_lets_in_as_many_as_it_says()
    {
        var limit = new Policy("wip") { Graph = "order", To = ["Review"], Requires = [new CasesInStateBelow(2)] };
        var bed = new WorkflowBed().Given(new ApplyPolicy(limit), NewOrder("a"), NewOrder("b"), NewOrder("c"));
        bed.Given(new UpdateCaseState("a", "Review"), new UpdateCaseState("b", "Review"));
        Assert.That(
            bed.Do(new UpdateCaseState("c", "Review")).Detail,
            Does.EndWith("it requires that fewer than 2 cases of the graph are in the state that is entered."));
        bed.Given(new UpdateCaseState("a", "Review"));
        Assert.That((await bed.Store().CountCasesAsync("order", "Review")).Value, Is.EqualTo(2UL));
        bed.Given(new UpdateCaseState("a", "Refused"), new UpdateCaseState("c", "Review"), new RemoveCase("a"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await bed.Store().CountCasesAsync("order", "Review")).Value, Is.EqualTo(2UL));
            Assert.That((await bed.Store().CountCasesAsync("order", "Refused")).Value, Is.Zero);
        }
    }

    [Test]
    public void A_policy_that_is_applied_again_replaces_the_one_of_its_name()
    {
        var bed = new WorkflowBed().Given(NewOrder("order-1"), new ApplyPolicy(new Policy("p")));
        bed.Given(new ApplyPolicy(new Policy("p") { Graph = "other" }), new UpdateCaseState("order-1", "Review"));
    }
}
