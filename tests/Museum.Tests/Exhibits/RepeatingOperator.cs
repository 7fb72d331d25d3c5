using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Museum.Tests.Exhibits;

/// <summary>An operator who has heard no answer, or does not believe it: gives each order that took effect again, through the node that told of it, when the next epoch has long begun.</summary>
internal sealed class RepeatingOperator(World world) : Checker
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private LogIndex _last;

    /// <inheritdoc/>
    public override string Name => "repeating operator";

    /// <inheritdoc/>
    public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        if (entry.Kind != EntryKind.Command || entry.Index <= _last || !CommandEnvelope.TryRead(entry.Payload.Span, out var envelope) || envelope.Kind != CommandKind.Seal)
        {
            return;
        }

        _last = entry.Index;
        var order = entry.Payload[CommandEnvelope.HeaderSize..].ToArray();
        world.Agenda.PlanIn(Pause, () =>
        {
            if (node is { IsUp: true, Replica: { } replica })
            {
                node.Calls.Add(replica.EndEpochAsync(order), world.Agenda.Now + Pause, static (_, _) => { });
            }
        });
    }
}
