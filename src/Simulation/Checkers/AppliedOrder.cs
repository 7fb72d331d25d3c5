using Consensus.Engine;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// Each replica's state is given every command entry exactly once, in the order of the log: none twice, none left out. Its state after a
/// start is as new, and after a snapshot that of the snapshot's entry (etcd's v3.5 postmortem: an applied index that is not kept together
/// with the state lets a restarted replica apply entries again).
/// </summary>
/// <remarks>
/// Indexes must not be expected without gaps: entries that are no commands are not given to the state. What a replica is to apply next is
/// therefore looked up among the commands that were applied anywhere.
/// </remarks>
internal sealed class AppliedOrder(AppliedHistory history) : Checker
{
    private readonly SortedDictionary<NodeId, int> _next = [];

    /// <inheritdoc/>
    public override string Name => "applied order";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered) => _next[node.Id] = 0;

    /// <inheritdoc/>
    public override void OnRestored(SimulatedNode node, SnapshotDescriptor snapshot, Digest state) =>
        _next[node.Id] = history.PositionAfter(snapshot.Position.Index);

    /// <inheritdoc/>
    public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        var next = _next[node.Id];
        _next[node.Id] = history.PositionAfter(entry.Index);
        if (next >= history.Entries.Count || history.Entries[next].Index != entry.Index)
        {
            var expected = next < history.Entries.Count ? $"the next command of the log is {history.Entries[next].Index}" : $"the last command of the log is {history.Last}";
            Report($"node {node.Id} applies entry {entry.Index} to a state to which it has applied all up to {(next == 0 ? LogIndex.Zero : history.Entries[next - 1].Index)}; {expected}");
        }
    }
}
