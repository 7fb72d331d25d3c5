using System.Buffers.Binary;
using Consensus.Replication.Workflow;
using static Consensus.Replication.Tests.Workflow.Samples;

namespace Consensus.Replication.Tests.Workflow;

public sealed class CustomOperationTests
{
    private static readonly string[] Endings =
        ["reject", "long-sentence", "large-result", "large-value", "large-key", "empty-key", "many-writes"];

    [TestCaseSource(nameof(Endings))]
    public async Task Everything_that_an_operation_wrote_is_taken_back_if_it_does_not_succeed(string ending)
    {
        var bed = new WorkflowBed(null, new FailingOperation()).Given(NewOrder("order-1"));
        var before = bed.Snapshot();
        var result = bed.Do(new Custom("misbehave", System.Text.Encoding.UTF8.GetBytes(ending)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Status, Is.EqualTo(ProposeStatus.Rejected));
            Assert.That(bed.Snapshot(), Is.EqualTo(before));
            Assert.That(await bed.CaseAsync("made-by-operation"), Is.Null);
            Assert.That(bed.Do(new UpdateCaseState("order-1", "Review")).IsApplied, Is.True, "The operation's policy is still in force.");
        }
    }

    [Test]
    public async Task What_a_successful_operation_wrote_stays_and_its_result_comes_back()
    {
        var bed = new WorkflowBed(null, new FailingOperation());
        var result = await bed.Store().CustomAsync("misbehave", "succeed"u8.ToArray());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.IsApplied, Is.True);
            Assert.That(result.Payload.ToArray(), Is.EqualTo("done"u8.ToArray()));
            Assert.That((await bed.CaseAsync("made-by-operation"))!.State, Is.EqualTo("Draft"));
        }
    }

    [Test]
    public void An_exception_of_an_operation_comes_out_with_its_writes_taken_back()
    {
        var bed = new WorkflowBed(null, new FailingOperation());
        var before = bed.Hash;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => bed.Do(new Custom("misbehave", "throw"u8.ToArray())), Throws.InvalidOperationException.With.Message.Contains("asked to throw"));
            Assert.That(bed.Hash, Is.EqualTo(before));
        }
    }

    [Test]
    public void State_that_an_operation_has_kept_is_of_no_use_later()
    {
        var operation = new FailingOperation();
        new WorkflowBed(null, operation).Given(new Custom("misbehave", default));
        Assert.That(() => operation.Kept!.Set("late"u8, "write"u8), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Operations_have_data_apart_from_each_other_that_lasts()
    {
        var bed = new WorkflowBed(null, new Counter("count"), new Counter("counter"));
        var store = bed.Store();
        await store.CustomAsync("count", "er"u8.ToArray());
        await store.CustomAsync("count", "er"u8.ToArray());
        bed.Restart();
        var third = await bed.Store().CustomAsync("count", "er"u8.ToArray());
        var first = await bed.Store().CustomAsync("counter", "er"u8.ToArray());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(BinaryPrimitives.ReadInt32BigEndian(third.Payload.Span), Is.EqualTo(3));
            Assert.That(BinaryPrimitives.ReadInt32BigEndian(first.Payload.Span), Is.EqualTo(1));
        }
    }

    [Test]
    public void An_operation_is_bound_by_graphs_and_policies_as_everybody_is()
    {
        var bed = new WorkflowBed(null, new Approve()).Given(new ApplyPolicy(FourEyes), NewOrder("order-1"));
        Assert.That(bed.Do(new Custom("approve", "order-1"u8.ToArray())).Detail, Does.Contain("no transition from 'Draft' to 'Approved'"));
        bed.Given(new UpdateCaseState("order-1", "Review"));
        Assert.That(bed.Do(new Custom("approve", "order-1"u8.ToArray())).Detail, Does.Contain("Policy 'four-eyes' vetoes"));
        bed.Given(new UpdateCaseState("order-1", null) { Changes = [PropertyChange.Set("approver", "Ada")] });
        bed.Given(new Custom("approve", "order-1"u8.ToArray()));
    }

    [Test]
    public void Two_operations_of_one_name_are_refused_at_the_start()
    {
        var exception = Assert.Throws<ConsensusException>(() => _ = new WorkflowStateMachine([new Counter("count"), new Counter("count")]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
            Assert.That(exception.Message, Is.EqualTo("Two custom operations are named 'count'; each needs its own name."));
            Assert.That(() => new WorkflowStateMachine([new Counter("")]), Throws.TypeOf<ConsensusException>());
        }
    }

    /// <summary>Counts how often each payload was seen.</summary>
    private sealed class Counter(string name) : ICustomOperation
    {
        public string Name => name;

        public OperationOutcome Apply(in CommandContext context, ReadOnlySpan<byte> payload, OperationState state)
        {
            var count = (state.TryGet(payload, out var value) ? BinaryPrimitives.ReadInt32BigEndian(value.Span) : 0) + 1;
            var bytes = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(bytes, count);
            state.Set(payload, bytes);
            return OperationOutcome.Accept(bytes);
        }
    }

    /// <summary>Approves the case that the payload names, and hands on why it cannot.</summary>
    private sealed class Approve : ICustomOperation
    {
        public string Name => "approve";

        public OperationOutcome Apply(in CommandContext context, ReadOnlySpan<byte> payload, OperationState state)
        {
            var verdict = state.Do(new UpdateCaseState(System.Text.Encoding.UTF8.GetString(payload), "Approved"));
            return verdict.IsAccepted ? OperationOutcome.Accept() : OperationOutcome.Reject(verdict.Detail);
        }
    }
}
