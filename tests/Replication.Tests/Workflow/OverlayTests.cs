using Consensus.Replication.Workflow;
using static Consensus.Replication.Tests.Workflow.Samples;

namespace Consensus.Replication.Tests.Workflow;

public sealed class OverlayTests
{
    /// <summary>Elements that are all accepted after <see cref="Scene"/>, one of each kind, each changing something.</summary>
    private static readonly OverlayElement[] Good =
    [
        new DefineGraph(Order with { Name = "express-order" }),
        new CreateCase("order-2") { DeployedGraph = "express-order" },
        new UpdateCaseState("order-1", "Review") { Changes = [PropertyChange.Set("note", "moved by overlay")] },
        new ApplyPolicy(FourEyes),
        new RemovePolicy("old"),
        new RemoveCase("done"),
        new RemoveGraph("ticket"),
    ];

    private static readonly WorkflowCommand[] Scene =
    [
        NewOrder("order-1"),
        NewOrder("done"),
        new UpdateCaseState("done", "Review"),
        new UpdateCaseState("done", "Refused"),
        new DefineGraph(CaseGraph.Start("ticket", "Open")),
        new ApplyPolicy(new Policy("old") { Graph = "ticket" }),
    ];

    private static IEnumerable<TestCaseData> Failing()
    {
        OverlayElement[] bad =
        [
            new CreateCase("order-1") { Graph = Order },
            new UpdateCaseState("order-1", "Nowhere"),
            new RemovePolicy("unheard-of"),
            new RemoveGraph("unheard-of"),
            new RemoveCase("order-1"),
            new CreateCase("") { Graph = Order },
        ];
        for (var position = 0; position <= Good.Length; position++)
        {
            foreach (var element in bad)
            {
                yield return new TestCaseData(position, element).SetArgDisplayNames($"{position}", element.GetType().Name);
            }
        }
    }

    [Test]
    public async Task An_overlay_takes_effect_as_a_whole()
    {
        var bed = new WorkflowBed().Given(Scene);
        bed.Now = new Timestamp(5_000);
        var result = bed.Do(new DeployOverlay(new Overlay("spring", 1, [.. Good])));
        Assert.That(result.IsApplied, Is.True, result.Detail);
        var store = bed.Store();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await bed.CaseAsync("order-1"))!.State, Is.EqualTo("Review"));
            Assert.That((await bed.CaseAsync("order-2"))!.Graph, Is.EqualTo("express-order"));
            Assert.That(await bed.CaseAsync("done"), Is.Null);
            Assert.That((await store.ListPoliciesAsync()).Value!.Items, Is.EqualTo((Policy[])[FourEyes]));
            Assert.That((await store.ListGraphsAsync()).Value!.Items.Select(graph => graph.Name), Is.EqualTo((string[])["express-order"]));
            var deployed = (await store.GetOverlayAsync("spring")).Value!;
            Assert.That(deployed, Is.EqualTo(new DeployedOverlay(new Overlay("spring", 1, [.. Good]), new Timestamp(5_000), result.Index)));
        }
    }

    [TestCaseSource(nameof(Failing))]
    public async Task An_overlay_with_one_bad_element_changes_nothing(int position, OverlayElement bad)
    {
        var bed = new WorkflowBed().Given(Scene);
        var alone = bed.Do(bad);
        var before = bed.Snapshot();
        OverlayElement[] elements = [.. Good[..position], bad, .. Good[position..]];
        var result = bed.Do(new DeployOverlay(new Overlay("spring", 1, [.. elements])));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Status, Is.EqualTo(ProposeStatus.Rejected));
            Assert.That(result.FailedElement, Is.EqualTo(position));
            Assert.That(result.Detail, Does.StartWith($"Element {position} "));
            Assert.That(result.Detail, Does.Contain("overlay 'spring'"));
            Assert.That(result.Rejection, Is.EqualTo(alone.Rejection));
            Assert.That(bed.Snapshot(), Is.EqualTo(before));
            Assert.That((await bed.Store().ListOverlaysAsync()).Value!.Items, Is.Empty);
        }

        // What was taken back does not stand in the way of what follows, caches included.
        bed.Given(new DeployOverlay(new Overlay("spring", 1, [.. Good])));
    }

    [Test]
    public void A_policy_of_the_overlay_speaks_about_its_later_elements_only_if_it_is_deployed()
    {
        var bed = new WorkflowBed().Given(NewOrder("order-1"));
        var freeze = new ApplyPolicy(new Policy("freeze"));
        var overlay = new Overlay("freeze", 1, [freeze, new UpdateCaseState("order-1", "Review")]);
        var vetoed = bed.Do(new DeployOverlay(overlay));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(vetoed.Rejection, Is.EqualTo(WorkflowRejection.TransitionVetoed));
            Assert.That(
                vetoed.Detail,
                Is.EqualTo("Element 1 (UpdateCaseState 'order-1') of overlay 'freeze': Policy 'freeze' vetoes the step of case 'order-1' from 'Draft' to 'Review'."));
            Assert.That(bed.Do(new UpdateCaseState("order-1", "Review")).IsApplied, Is.True, "The policy was taken back with its overlay.");
        }
    }

    [Test]
    public void An_overlay_is_replaced_by_a_higher_version_only()
    {
        var bed = new WorkflowBed();
        var overlay = new Overlay("base", 3, [new ApplyPolicy(FourEyes)]);
        bed.Given(new DeployOverlay(overlay), new DeployOverlay(overlay with { Version = 10 }));
        Assert.That(bed.Do(new DeployOverlay(overlay with { Version = 9 })).Rejection, Is.EqualTo(WorkflowRejection.OverlayVersionNotHigher));
    }

    [Test]
    public void An_overlay_within_an_overlay_is_malformed()
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        new DeployOverlay(new Overlay("outer", 1, [new RemovePolicy("x")])).WriteTo(bytes);

        // The element's kind, RemovePolicy, becomes that of DeployOverlay, which has as many fields.
        var command = bytes.WrittenSpan.ToArray();
        var position = command.AsSpan().LastIndexOf((byte)7);
        command[position] = 8;
        Assert.That(new WorkflowBed().Do(command).Rejection, Is.EqualTo(WorkflowRejection.MalformedCommand));
    }
}
