using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// A replica's epoch, term (or view) in it, commit index and applied index never go back while it runs, commands are applied in order and each once, and
/// the epoch of the state that it gets from others never goes back either. Source: thesis, section 3.3; Tigerbeetle's state_checker, replica_head_max.
/// </summary>
/// <remarks>
/// The naive form, across restarts too, gives false alarms for what Raft keeps in memory only: commit and applied index begin anew at the
/// snapshot, and a term that was not on disk was not told to anybody. What must survive is on disk, and is checked there: terms and votes by
/// <see cref="Raft.VotesAreKept"/>, entries by <see cref="LogIsKept"/> and <see cref="CommittedImmutable"/>. A restored snapshot sets the
/// applied index, also back: a replica whose state was found to be wrong applies again what follows the snapshot that repairs it. And who finds the newest
/// snapshot damaged at its start takes the one before, which may be of an earlier epoch, and applies again what its log has behind that.
/// </remarks>
internal sealed class Monotonic : Checker
{
    private readonly Dictionary<NodeId, (Epoch Epoch, ulong Term, LogIndex Commit)> _cores = [];
    private readonly Dictionary<NodeId, LogIndex> _applied = [];
    private readonly Dictionary<NodeId, Epoch> _epochs = [];

    /// <inheritdoc/>
    public override string Name => "monotonic";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        _cores.Remove(node.Id);
        _applied.Remove(node.Id);
        _epochs[node.Id] = recovered.Snapshot?.Epoch ?? Epoch.Zero;
    }

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        var before = _cores.GetValueOrDefault(node.Id);
        if (status.Epoch < before.Epoch)
        {
            Report($"node {node.Id} goes back from epoch {before.Epoch.Value} to {status.Epoch.Value}");
        }

        if (status.Epoch == before.Epoch && status.TermOrView < before.Term)
        {
            Report($"node {node.Id} goes back from term {before.Term} to {status.TermOrView}");
        }

        if (status.CommitIndex < before.Commit)
        {
            Report($"node {node.Id} in term {status.TermOrView} goes back from commit index {before.Commit} to {status.CommitIndex}");
        }

        _cores[node.Id] = (status.Epoch, status.TermOrView, status.CommitIndex);
    }

    /// <inheritdoc/>
    public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        if (_applied.TryGetValue(node.Id, out var last) && entry.Index <= last)
        {
            Report($"node {node.Id} applies entry {entry.Index} of term {entry.Term} after entry {last}");
        }

        _applied[node.Id] = entry.Index;
    }

    /// <inheritdoc/>
    public override void OnRestored(SimulatedNode node, SnapshotDescriptor snapshot, Digest state)
    {
        _applied[node.Id] = snapshot.Position.Index;
        NoteEpoch(node, snapshot.Epoch);
    }

    private void NoteEpoch(SimulatedNode node, Epoch epoch)
    {
        if (_epochs.TryGetValue(node.Id, out var last) && epoch.Value < last.Value)
        {
            Report($"node {node.Id} goes back from epoch {last} to a snapshot of epoch {epoch}");
        }

        _epochs[node.Id] = epoch;
    }
}
