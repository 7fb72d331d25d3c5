using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>
/// Two entries with the same index and term are the same, and so is everything before them, in whatever logs they are, committed or not.
/// Source: Ongaro and Ousterhout (2014), figure 3, Log Matching.
/// </summary>
/// <remarks>
/// The naive form compares all logs pairwise, and is slow; that the logs are equal up to the commit index misses what is not committed. As each
/// entry carries the hash of all before it, one comparison when it is appended is all.
/// </remarks>
internal sealed class LogMatching : Checker
{
    private readonly Dictionary<(ulong Index, ulong Term), (Digest Chain, NodeId Node)> _entries = [];

    /// <inheritdoc/>
    public override string Name => "log matching";

    /// <inheritdoc/>
    public override void OnStaged(SimulatedNode node, in LogRecord record)
    {
        if (record.Kind != LogRecordKind.Entry)
        {
            return;
        }

        var entry = record.Entry;
        var key = (entry.Index.Value, entry.Term.Value);
        if (!_entries.TryAdd(key, (entry.Chain, node.Id)) && _entries[key] is var known && known.Chain != entry.Chain)
        {
            Report($"node {node.Id} appends entry {entry.Index} of term {entry.Term} with chain {entry.Chain}; at node {known.Node} the entry of that index and term has chain {known.Chain}");
        }
    }
}
