using Consensus.Replication.Workflow;

namespace Consensus.Replication.Tests.Workflow;

/// <summary>Counts its runs and sets the count on the case that the payload names; rejects if there is none.</summary>
internal sealed class BumpOperation : ICustomOperation
{
    public string Name => "bump";

    public OperationOutcome Apply(in CommandContext context, ReadOnlySpan<byte> payload, OperationState state)
    {
        byte runs = state.TryGet("runs"u8, out var value) ? value.Span[0] : (byte)0;
        state.Set("runs"u8, [++runs]);
        var id = System.Text.Encoding.UTF8.GetString(payload);
        var verdict = state.Do(new UpdateCaseState(id, null) { Changes = [PropertyChange.Set("amount", $"{runs}")] });
        return verdict.IsAccepted ? OperationOutcome.Accept(new[] { runs }) : OperationOutcome.Reject(verdict.Detail);
    }
}
