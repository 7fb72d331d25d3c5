using System.Buffers;
using Consensus.Replication.State;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>
/// The replicated workflow machine: cases that move through state graphs, policies that veto, overlays that deploy atomically, and custom
/// operations. Every replica that is given the same commands gives the same answers and has the same hash.
/// </summary>
/// <remarks>
/// Whatever the bytes of a command or query, the answer is typed; nothing throws but a custom operation that does. Limits and custom
/// operations are part of the rules and must be alike on all replicas.
/// </remarks>
public sealed class WorkflowStateMachine : IStateMachine
{
    private readonly WorkflowEngine _engine;
    private readonly WorkflowQueries _queries;
    private byte[] _input = [];

    /// <summary>Makes an empty machine.</summary>
    /// <param name="operations">The custom operations; the same on every replica.</param>
    /// <param name="limits">The bounds; the same on every replica.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: a name is not valid, or two operations share one.</exception>
    public WorkflowStateMachine(IEnumerable<ICustomOperation>? operations = null, WorkflowLimits? limits = null)
    {
        _engine = new WorkflowEngine(limits ?? WorkflowLimits.Default, new OperationRegistry(operations ?? []));
        _queries = new WorkflowQueries(_engine);
    }

    /// <inheritdoc/>
    public ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        var answer = Apply(context, command);
        answer.WriteTo(result);
        return answer.Verdict.IsAccepted ? ApplyOutcome.Applied : ApplyOutcome.Rejected;
    }

    /// <inheritdoc/>
    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => _queries.Answer(query, result);

    /// <inheritdoc/>
    public Digest StateHash() => _engine.State.Hash();

    /// <inheritdoc/>
    public IStateSnapshot CaptureSnapshot() => _engine.State.Capture();

    /// <inheritdoc/>
    public void Restore(Stream snapshot)
    {
        var tree = StateTree.Read(snapshot);
        WorkflowSnapshotCheck.ThrowUnlessValid(tree, _engine.Limits);
        _engine.State.Replace(tree);
    }

    private WorkflowAnswer Apply(in CommandContext context, ReadOnlySpan<byte> bytes)
    {
        var limits = _engine.Limits;
        if (bytes.Length > limits.CommandBytesMax)
        {
            return WorkflowAnswer.Reject(
                WorkflowRejection.CommandTooLarge, $"The command has {bytes.Length} bytes; allowed: up to {limits.CommandBytesMax}.");
        }

        WorkflowCommand command;
        try
        {
            command = WorkflowCommandCodec.Read(Copy(bytes));
        }
        catch (MessagePackSerializationException)
        {
            // The reader's own sentence is for people and may change; an answer is replicated and may not.
            return WorkflowAnswer.Reject(WorkflowRejection.MalformedCommand, "The bytes are not a workflow command.");
        }

        var verdict = command.Check(limits);
        return verdict.IsAccepted ? command.Apply(_engine, context) : verdict;
    }

    /// <summary>The bytes as memory, which the reader wants. What is decoded from them is copied, so that one buffer serves all.</summary>
    private ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (_input.Length < bytes.Length)
        {
            _input = new byte[Math.Max(256, bytes.Length)];
        }

        bytes.CopyTo(_input);
        return _input.AsMemory(0, bytes.Length);
    }
}
