using System.Buffers.Binary;
using Consensus.Replication.Workflow;

namespace Consensus.Replication.Tests.Workflow;

/// <summary>What an application does with the workflow machine, from the first case to the last. Read it from top to bottom.</summary>
public sealed class WalkthroughTests
{
    [Test]
    public async Task An_insurer_handles_claims()
    {
        // Every replica of the group makes its machine alike; here, a group of one.
        var bed = new WorkflowBed(null, new NextNumber());
        WorkflowStore store = bed.Store();

        // A kind of case: which states there are, and which steps between them.
        var claim = CaseGraph.Start("claim", "Reported")
            .Allow("Reported", "Assessed")
            .Allow("Assessed", "Paid")
            .Allow("Assessed", "Refused")
            .End("Paid", "Refused");

        // An overlay brings the graph and two policies into force in one step.
        var rules = new Overlay("claims-2026", 1,
        [
            new DefineGraph(claim),
            new ApplyPolicy(new Policy("pay-small-amounts-only")
            {
                Graph = "claim",
                To = ["Paid"],
                Requires = [new PropertyNumber("amount", PropertyComparison.LessOrEqual, 5_000)],
            }),
            new ApplyPolicy(new Policy("somebody-assessed-it") { Graph = "claim", From = ["Assessed"], Requires = [new PropertyExists("assessor")] }),
        ]);
        Assert.That((await store.DeployOverlayAsync(rules)).IsApplied, Is.True);

        // Claims come in. The number of each is drawn by an operation of our own, so that no two replicas disagree on it.
        var number = BinaryPrimitives.ReadInt32BigEndian((await store.CustomAsync("next-number")).Payload.Span);
        var id = $"claim/{number}";
        var created = await store.CreateCaseAsync(id, "claim", [new("customer", "Ada"), new("amount", "12000")]);
        Assert.That(created.Revision, Is.EqualTo(1UL));

        // The graph knows no shortcut.
        var shortcut = await store.UpdateCaseStateAsync(id, "Paid");
        Assert.That(shortcut.Rejection, Is.EqualTo(WorkflowRejection.TransitionNotAllowed));

        // Two clerks have the case open at revision 1. One is first; the other learns what revision there is now, and reads again.
        var first = await store.UpdateCaseStateAsync(id, "Assessed", [PropertyChange.Set("assessor", "Grace")], expectedRevision: 1);
        var second = await store.UpdateCasePropertiesAsync(id, [PropertyChange.Set("amount", "12500")], expectedRevision: 1);
        Assert.That(first.IsApplied, Is.True);
        Assert.That((second.Rejection, second.Revision), Is.EqualTo((WorkflowRejection.RevisionMismatch, (ulong?)2)));

        // A policy stands in the way, and says why.
        var vetoed = await store.UpdateCaseStateAsync(id, "Paid");
        Assert.That(
            vetoed.Detail,
            Is.EqualTo("Policy 'pay-small-amounts-only' vetoes the step of case 'claim/1' from 'Assessed' to 'Paid': it requires that property 'amount' is a number ≤ 5000."));

        // The amount is agreed upon and paid, in one step: policies see the properties as they will be.
        await store.UpdateCaseStateAsync(id, "Paid", [PropertyChange.Set("amount", "4800")]);
        var paid = (await store.GetCaseAsync(id)).Value!;
        Assert.That((paid.State, paid.IsFinal, paid["amount"]!.Value.Text, paid.Revision), Is.EqualTo(("Paid", true, "4800", 3UL)));

        // New rules. One element is wrong, so nothing of the overlay takes effect, and the answer says which.
        var next = new Overlay("claims-2026", 2, [new RemovePolicy("pay-small-amounts-only"), new RemovePolicy("somebody-assesed-it")]);
        var failed = await store.DeployOverlayAsync(next);
        Assert.That((failed.Rejection, failed.FailedElement), Is.EqualTo((WorkflowRejection.PolicyNotFound, (int?)1)));
        Assert.That((await store.ListPoliciesAsync()).Value!.Items, Has.Count.EqualTo(2));

        // What has ended can be removed.
        await store.RemoveCaseAsync(id);
        Assert.That((await store.GetCaseAsync(id)).Value, Is.Null);
        Assert.That((await store.CountCasesAsync("claim", "Paid")).Value, Is.Zero);
    }

    /// <summary>An operation of the application: hands out numbers, each once.</summary>
    private sealed class NextNumber : ICustomOperation
    {
        public string Name => "next-number";

        public OperationOutcome Apply(in CommandContext context, ReadOnlySpan<byte> payload, OperationState state)
        {
            var number = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(number, state.TryGet("last"u8, out var last) ? BinaryPrimitives.ReadInt32BigEndian(last.Span) + 1 : 1);
            state.Set("last"u8, number);
            return OperationOutcome.Accept(number);
        }
    }
}
