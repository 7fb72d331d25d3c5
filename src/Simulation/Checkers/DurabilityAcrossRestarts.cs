using Consensus.Engine;
using Consensus.Simulation.Faults;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// A replica that starts has every record that was on its disk, and nothing that it never wrote; one whose disk is damaged does not start, and
/// no other refuses to (src/Storage/README.md, "What it promises").
/// </summary>
/// <remarks>
/// What a node recovers may be more than what is known to have been flushed: a batch that was being written may have survived, and with it a
/// truncation of what was flushed before. So it is compared with what was staged up to the last record that it recovered. It may
/// be less in one case only: the last batch was damaged where the atlas allowed its loss.
/// </remarks>
internal sealed class DurabilityAcrossRestarts(Observatory observatory, FaultAtlas atlas) : Checker
{
    /// <inheritdoc/>
    public override string Name => "durability across restarts";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        var log = observatory.LogOf(node.Id);
        var begins = recovered.Snapshot is { } snapshot && snapshot.Position == recovered.Base && recovered.Entries.Count == 0;

        // A log that is begun anew behind a snapshot has one record more, which nobody saw staged.
        var expected = log.At(recovered.LastLsn) ?? (begins ? log.At(new Lsn(recovered.LastLsn.Value - 1)) : null);
        if (expected is null)
        {
            Report($"node {node.Id} recovered its log up to record {recovered.LastLsn}; {log.LastLsn} are on its disk");
        }
        else if (recovered.LastLsn < log.LastLsn && !(atlas.LosableTail(node) is { } tail && recovered.LastLsn.Next >= tail.First))
        {
            Report($"node {node.Id} recovered {recovered.LastLsn} of {log.LastLsn} records, and none may be missing");
        }
        else
        {
            CompareSlots(node, recovered, expected);
            CompareEntries(node, recovered, expected);
        }
    }

    /// <inheritdoc/>
    public override void OnRefused(SimulatedNode node, ConsensusException why)
    {
        if (!atlas.MayRefuse(node))
        {
            Report($"node {node.Id} does not start, but nothing that counts on its disk was damaged: {why.Message}");
        }
    }

    private void CompareSlots(SimulatedNode node, RecoveredState recovered, DurableLog expected)
    {
        var isSame = recovered.Slots.Count == expected.Slots.Count
            && expected.Slots.All(slot => recovered.Slots.TryGetValue(slot.Key, out var value) && value.Span.SequenceEqual(slot.Value));
        if (!isSame)
        {
            Report($"node {node.Id} recovered other terms, votes or locks than it had on its disk");
        }
    }

    private void CompareEntries(SimulatedNode node, RecoveredState recovered, DurableLog expected)
    {
        var start = recovered.Base.Index;
        if (start > LogIndex.Zero && !(recovered.Snapshot?.Position.Index >= start))
        {
            Report($"node {node.Id} begins its log after entry {start}, and no snapshot has what was before");
        }

        var last = recovered.Entries is [.., var newest] ? newest.Index : start;
        if (last < expected.Last)
        {
            var isReplaced = recovered.Entries.Count == 0 && recovered.Snapshot!.Position.Index == start && expected.LastLsn < recovered.LastLsn;
            if (!isReplaced)
            {
                Report($"node {node.Id} recovered its log up to entry {last}; it had entries up to {expected.Last} on its disk");
            }
        }

        foreach (var entry in recovered.Entries)
        {
            if (entry.Index > expected.Base && expected[entry.Index]?.Chain != entry.Chain)
            {
                Report($"node {node.Id} recovered an entry {entry.Index} of term {entry.Term} that it had not written");
                return;
            }
        }
    }
}
