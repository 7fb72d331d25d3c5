using System.Text;
using Consensus.Replication.Workflow;

namespace Consensus.Cli.Demo.Load;

/// <summary>
/// The demo's custom operation: adds a name to the stamps of a case. Applied twice it adds the name twice, which is what makes a duplicate
/// visible.
/// </summary>
/// <remarks>Payload: the case's id, a line feed, the name.</remarks>
internal sealed class StampOperation : ICustomOperation
{
    /// <summary>The name that it is registered under.</summary>
    public const string OperationName = "stamp";

    /// <summary>Separates the names.</summary>
    public const char Separator = ' ';

    /// <inheritdoc/>
    public string Name => OperationName;

    /// <summary>The payload that stamps a case.</summary>
    public static ReadOnlyMemory<byte> Payload(string caseId, string name) => Encoding.UTF8.GetBytes($"{caseId}\n{name}");

    /// <inheritdoc/>
    public OperationOutcome Apply(in CommandContext context, ReadOnlySpan<byte> payload, OperationState state)
    {
        if (Encoding.UTF8.GetString(payload).Split('\n') is not [var caseId, var name])
        {
            return OperationOutcome.Reject("A stamp is the id of a case, a line feed and a name.");
        }

        if (state.GetCase(caseId) is not { } stamped)
        {
            return OperationOutcome.Reject($"There is no case '{caseId}' to stamp.");
        }

        var earlier = stamped[CaseBlueprint.Stamps];
        var stamps = earlier is null ? name : $"{earlier.Value.Text}{Separator}{name}";
        var verdict = state.Do(new UpdateCaseState(caseId, null) { Changes = [PropertyChange.Set(CaseBlueprint.Stamps, stamps)] });
        return verdict.IsAccepted ? OperationOutcome.Accept() : OperationOutcome.Reject(verdict.Detail);
    }
}
