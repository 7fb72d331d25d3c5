using System.Text;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Runs a custom operation.</summary>
/// <param name="Operation">The name that it is registered under.</param>
/// <param name="Payload">What it is given.</param>
public sealed record Custom(string Operation, ReadOnlyMemory<byte> Payload) : WorkflowCommand
{
    internal const int Fields = 2;

    private const int DetailLengthMax = 512;

    internal static Custom Read(ref MessagePackReader reader) => new(FieldCodec.ReadText(ref reader), FieldCodec.ReadBytes(ref reader));

    internal override void Write(ref MessagePackWriter writer)
    {
        WorkflowCommandCodec.WriteHeader(ref writer, CommandKind.Custom, Fields);
        writer.Write(Operation);
        writer.Write(Payload.Span);
    }

    internal override WorkflowVerdict Check(WorkflowLimits limits) => NameRule.Check("an operation", Operation);

    internal override WorkflowAnswer Apply(WorkflowEngine engine, in CommandContext context)
    {
        if (!engine.Operations.TryGet(Operation, out var operation))
        {
            return WorkflowAnswer.Reject(WorkflowRejection.UnknownOperation, $"No operation '{Operation}' is registered.");
        }

        using var transaction = new WorkflowTransaction(engine.State);
        var state = new OperationState(engine, context, Operation);
        OperationOutcome outcome;
        try
        {
            outcome = operation.Apply(context, Payload.Span, state);
        }
        finally
        {
            state.Close();
        }

        var verdict = Judge(outcome, state, engine.Limits);
        if (!verdict.IsAccepted)
        {
            return verdict;
        }

        transaction.Commit();
        return new WorkflowAnswer(verdict, Payload: outcome.Result);
    }

    private WorkflowVerdict Judge(OperationOutcome outcome, OperationState state, WorkflowLimits limits)
    {
        if (!state.Overrun.IsAccepted)
        {
            return state.Overrun;
        }

        if (outcome.Rejection is { } detail)
        {
            return new(WorkflowRejection.OperationRejected, Printable(detail));
        }

        return outcome.Result.Length <= limits.ResultBytesMax
            ? WorkflowVerdict.Accepted
            : new(
                WorkflowRejection.ResultTooLarge,
                $"Operation '{Operation}' answered with {outcome.Result.Length} bytes; allowed: up to {limits.ResultBytesMax}.");
    }

    /// <summary>
    /// The sentence at a length that is worth replicating. Half a surrogate pair, which the operation wrote or the cut left over, has no
    /// encoding and becomes U+FFFD: an operation's sentence must not stop the replica.
    /// </summary>
    private static string Printable(string detail) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(detail.Length <= DetailLengthMax ? detail : detail[..DetailLengthMax]));
}
