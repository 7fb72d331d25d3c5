using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// A confirmed read barrier is at or after every entry that any replica had applied before the core was asked for the barrier: whatever was
/// answered to anybody by then, the read sees. Source: thesis, section 6.4; Herlihy and Wing (1990); pitfalls R15 to R17.
/// </summary>
/// <remarks>
/// The naive form compares with what is applied when the barrier is confirmed, and gives false alarms: what is acknowledged while a read is
/// under way is concurrent with it, and may be missed. What is applied stands for what is acknowledged, as its caller may be answered in the
/// same instant, also by a replica that crashes before the answer arrives.
/// </remarks>
internal sealed class ReadIndexSoundness(Observatory observatory) : Checker
{
    private readonly Dictionary<(NodeId Node, Ticket Ticket), LogIndex> _asked = [];

    /// <inheritdoc/>
    public override string Name => "read index soundness";

    /// <summary>How many barriers were confirmed.</summary>
    public int Confirmed { get; private set; }

    /// <inheritdoc/>
    public override void OnReadRequested(SimulatedNode node, Ticket ticket) => _asked.TryAdd((node.Id, ticket), observatory.History.LastApplied);

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        for (var i = 0; i < effects.Reads.Count; i++)
        {
            var read = effects.Reads[i];
            if (!_asked.TryGetValue((node.Id, read.Ticket), out var applied))
            {
                // Asked for in an earlier life, whose callers are gone.
                continue;
            }

            Confirmed++;
            if (read.Index < applied)
            {
                var by = observatory.History.StateAfter(applied) is { } state ? $"node {state.By}" : "a node";
                Report($"node {node.Id} in term {status.TermOrView} confirms read {read.Ticket.Value:x} at entry {read.Index}; when it was asked for, {by} had applied entry {applied}");
            }
        }
    }
}
