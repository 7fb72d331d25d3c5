using System.Buffers;
using Consensus.Replication.Workflow;

namespace Consensus.Replication.Tests.Workflow;

/// <summary>
/// One machine and a clock. Every command that goes through it is checked for the promise that a rejected one leaves the state hash alone.
/// </summary>
internal sealed class WorkflowBed(WorkflowLimits? limits = null, params ICustomOperation[] operations)
{
    private ulong _index;

    public WorkflowStateMachine Machine { get; private set; } = new(operations, limits);

    /// <summary>The log's time of the next command.</summary>
    public Timestamp Now { get; set; } = new(1_000);

    public Digest Hash => Machine.StateHash();

    public WorkflowResult Do(WorkflowCommand command)
    {
        var bytes = new ArrayBufferWriter<byte>();
        command.WriteTo(bytes);
        return Do(bytes.WrittenSpan);
    }

    public WorkflowResult Do(ReadOnlySpan<byte> command) => WorkflowResult.From(Apply(command));

    public ProposeResult Apply(ReadOnlySpan<byte> command)
    {
        var before = Machine.StateHash();
        var result = new ArrayBufferWriter<byte>();
        var context = new CommandContext(new LogIndex(++_index), Now, new RequestId(new ClientId(1), _index));
        var outcome = Machine.Apply(context, command, result);
        if (outcome == ApplyOutcome.Rejected)
        {
            Assert.That(Machine.StateHash(), Is.EqualTo(before), "A rejected command has changed the state.");
        }

        var status = outcome == ApplyOutcome.Applied ? ProposeStatus.Applied : ProposeStatus.Rejected;
        return new ProposeResult(status, context.Index, result.WrittenSpan.ToArray(), RefusalReason.None);
    }

    /// <summary>Sets the scene: every command must be applied.</summary>
    public WorkflowBed Given(params ReadOnlySpan<WorkflowCommand> commands)
    {
        foreach (var command in commands)
        {
            var result = Do(command);
            Assert.That(result.IsApplied, Is.True, $"{command}: {result.Detail}");
        }

        return this;
    }

    public byte[] Snapshot()
    {
        using var snapshot = Machine.CaptureSnapshot();
        using var stream = new MemoryStream();
        snapshot.WriteTo(stream);
        return stream.ToArray();
    }

    /// <summary>Puts a new machine with the same rules in the place of the present one, by way of a snapshot.</summary>
    public void Restart()
    {
        var snapshot = Snapshot();
        Machine = new WorkflowStateMachine(operations, limits);
        using var stream = new MemoryStream(snapshot);
        Machine.Restore(stream);
    }

    public WorkflowStore Store() => new(new DirectWorkflow(this), limits: limits);

    public async Task<Case?> CaseAsync(string id) => (await Store().GetCaseAsync(id)).Value;
}
