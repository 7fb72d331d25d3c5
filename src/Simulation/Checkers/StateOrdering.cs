using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// In each replica: beginning of the log ≤ newest snapshot ≤ applied ≤ committed ≤ end of the log. A log that begins later than the snapshot
/// has a gap that nobody can fill, a snapshot of what is not applied, or an applied entry that is not committed, invents history.
/// Source: openraft's invariant state_ordering; thesis, section 5.1.
/// </summary>
/// <remarks>
/// The naive form gives false alarms in two places. Between the moment at which a core takes a peer's snapshot and that at which the state
/// machine has restored it, log, snapshot and commit index are ahead of what is applied. And only commands are seen to be applied: a
/// snapshot may cover entries behind the last one that change nothing.
/// </remarks>
internal sealed class StateOrdering(Observatory observatory) : Checker
{
    private readonly Dictionary<NodeId, Positions> _positions = [];

    /// <inheritdoc/>
    public override string Name => "state ordering";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        var snapshot = recovered.Snapshot?.Position.Index ?? LogIndex.Zero;
        _positions[node.Id] = new Positions(recovered.Base.Index, snapshot, snapshot, snapshot, false);
        if (recovered.Base.Index > snapshot)
        {
            Report($"node {node.Id} starts with a log after entry {recovered.Base.Index}, and its snapshot ends at {snapshot}");
        }
    }

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        var now = _positions.GetValueOrDefault(node.Id);
        now = now with { Committed = status.CommitIndex, Base = LogIndex.Max(now.Base, effects.CompactUpTo) };
        if (effects.Install is { } snapshot)
        {
            now = now with { IsInstalling = true, Snapshot = LogIndex.Max(now.Snapshot, snapshot.Position.Index), Base = observatory.ViewOf(node.Id).Base };
        }

        _positions[node.Id] = now;
        if (now.Base > now.Snapshot)
        {
            Report($"node {node.Id} in term {status.TermOrView} compacts its log up to {now.Base}, and its snapshot ends at {now.Snapshot}");
        }
        else if (status.CommitIndex > status.LastIndex)
        {
            Report($"node {node.Id} in term {status.TermOrView} counts entries up to {status.CommitIndex} as committed, and its log ends at {status.LastIndex}");
        }
        else if (!now.IsInstalling && now.Applied > status.CommitIndex)
        {
            Report($"node {node.Id} in term {status.TermOrView} has applied {now.Applied}, and counts entries up to {status.CommitIndex} as committed");
        }
    }

    /// <inheritdoc/>
    public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        var now = _positions.GetValueOrDefault(node.Id);
        _positions[node.Id] = now with { Applied = entry.Index };
        if (entry.Index > now.Committed)
        {
            Report($"node {node.Id} applies entry {entry.Index} of term {entry.Term}, and counts entries up to {now.Committed} as committed");
        }
    }

    /// <inheritdoc/>
    public override void OnSaved(SimulatedNode node, SnapshotDescriptor snapshot)
    {
        var now = _positions.GetValueOrDefault(node.Id);
        var lastCommand = observatory.History.LastCommandUpTo(snapshot.Position.Index);
        if (lastCommand > now.Applied)
        {
            Report($"node {node.Id} saves a snapshot that ends at entry {snapshot.Position.Index}, and has applied {now.Applied}; entry {lastCommand} is a command");
        }

        _positions[node.Id] = now with { Snapshot = LogIndex.Max(now.Snapshot, snapshot.Position.Index) };
    }

    /// <inheritdoc/>
    public override void OnRestored(SimulatedNode node, SnapshotDescriptor snapshot, Digest state)
    {
        var now = _positions.GetValueOrDefault(node.Id);
        _positions[node.Id] = now with { Applied = snapshot.Position.Index, Snapshot = LogIndex.Max(now.Snapshot, snapshot.Position.Index), IsInstalling = false };
    }

    private readonly record struct Positions(LogIndex Base, LogIndex Snapshot, LogIndex Applied, LogIndex Committed, bool IsInstalling);
}
