using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Tests.Scenes;

/// <summary>
/// Sees how a replica whose state went wrong comes back: nobody else is ever reported as wrong, and everybody whose state is not known to be wrong
/// has the one that the others have, whoever has restored a snapshot included.
/// </summary>
/// <remarks>
/// The checkers of every run compare with whoever is the first to apply an entry. That may be the wrong one, so they are of no use here.
/// </remarks>
internal sealed class Repairs(GroupHistory history, Func<SimulatedNode, bool> isRotten) : Checker
{
    private readonly Dictionary<ulong, Digest> _states = [];

    public override string Name => "repairs";

    /// <summary>How often a wrong state was reported.</summary>
    public int Reported { get; private set; }

    /// <summary>How often one was replaced by the right one.</summary>
    public int Repaired { get; private set; }

    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        foreach (var diverged in effects.Events.OfType<StateDiverged>())
        {
            Reported++;
            if (_states.TryGetValue(diverged.Index.Value, out var right) && diverged.Actual == right)
            {
                Report($"node {node.Id} finds the state of node {diverged.Node} wrong at entry {diverged.Index}, where it is right");
            }
        }
    }

    public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        if (!isRotten(node))
        {
            Look(node, entry.Index, state);
        }
    }

    public override void OnRestored(SimulatedNode node, SnapshotDescriptor snapshot, Digest state)
    {
        Repaired++;
        Look(node, history.LastCommandUpTo(snapshot.Position.Index), state);
    }

    private void Look(SimulatedNode node, LogIndex index, Digest state)
    {
        if (!_states.TryAdd(index.Value, state) && _states[index.Value] != state)
        {
            Report($"the state of node {node.Id} after entry {index} is not that of the others");
        }
    }
}
