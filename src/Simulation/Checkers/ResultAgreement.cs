using Consensus.Engine;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// Every replica answers an entry alike, to the byte: the same command with the same outcome and result. Holds for every state machine: one
/// whose answers depend on anything but the commands is found here even if its states agree (Schneider, Implementing fault-tolerant services
/// using the state machine approach, 1990).
/// </summary>
internal sealed class ResultAgreement(AppliedHistory history) : Checker
{
    /// <inheritdoc/>
    public override string Name => "result agreement";

    /// <inheritdoc/>
    public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        // Nothing there: applied out of order, which AppliedOrder reports.
        if (history[entry.Index] is not { } first || first.Node == node.Id)
        {
            return;
        }

        var (kind, body) = history.Command(entry);
        if (kind != first.Kind || body != first.Body || applied.Request != first.Applied.Request)
        {
            Report($"entry {entry.Index} is request {first.Applied.Request} with command {first.Body} on node {first.Node}, but request {applied.Request} with command {body} on node {node.Id}");
        }
        else if (applied.Outcome != first.Applied.Outcome || applied.Index != first.Applied.Index || !applied.Result.Span.SequenceEqual(first.Applied.Result.Span))
        {
            Report($"the command of entry {entry.Index} ({first.Applied.Request}) is answered by node {first.Node} with {Show(first.Applied)}, and by node {node.Id} with {Show(applied)}");
        }
    }

    private static string Show(in AppliedCommand applied) => $"{applied.Outcome} at {applied.Index}, result 0x{Convert.ToHexStringLower(applied.Result.Span)}";
}
