using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// What a replica finds on its disk when it starts is what its log has reported as durable, and of what was staged behind that the first
/// part, in order: entries, truncations and named values. Source: pitfalls R18, R19, R28, R30; thesis, section 3.8.
/// </summary>
/// <remarks>
/// The naive form, that exactly what was durable is found, gives false alarms: a machine that crashes between the flush and the news of it
/// finds more. That what is found begins and ends where the log did gives some too: old segments are deleted behind a snapshot, and a
/// snapshot that came from a peer replaces a log that has not its last entry, even if the crash came before the log heard of it. And where
/// the atlas allows it, the last batch may be damaged so that nothing tells it from an interrupted write; then it is no part of what was durable.
/// </remarks>
internal sealed class LogIsKept(Observatory observatory) : Checker
{
    /// <inheritdoc/>
    public override string Name => "log is kept";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        var log = observatory.LogOf(node.Id);
        if (recovered.LastLsn < log.LastLsn)
        {
            Report($"node {node.Id} starts with the log's record {recovered.LastLsn.Value} as the last, but record {log.LastLsn.Value} was reported as durable");
        }
        else if (recovered.LastLsn > log.LastLsn && !(DurableLog.IsBegunAnew(recovered) && recovered.LastLsn == log.LastLsn.Next))
        {
            Report($"node {node.Id} starts with the log's record {recovered.LastLsn.Value} as the last, but only {log.LastLsn.Value} were ever written");
        }
        else if (recovered.Base.Index > LogIndex.Zero && !(recovered.Snapshot?.Position.Index >= recovered.Base.Index))
        {
            Report($"node {node.Id} starts with a log after entry {recovered.Base.Index}, and no snapshot has what was before");
        }
        else if (log.ChainAt(recovered.Base.Index) is { } chain && chain == recovered.Base.Chain)
        {
            var (last, lastChain) = recovered.Entries.Count > 0 ? (recovered.Entries[^1].Index, recovered.Entries[^1].Chain) : (recovered.Base.Index, recovered.Base.Chain);
            if (last != log.Last || lastChain != log.LastChain)
            {
                Report($"node {node.Id} starts with entries up to {last} (chain {lastChain.ToString()[..8]}); on disk were entries up to {log.Last} (chain {log.LastChain.ToString()[..8]})");
            }
        }
        else if (recovered.Base.Index <= log.Last && recovered.Base != recovered.Snapshot?.Position)
        {
            Report($"node {node.Id} starts with a log after entry {recovered.Base.Index} that is not the one it had, and no snapshot replaces it");
        }

        CompareSlots(node, log, recovered);
    }

    private void CompareSlots(SimulatedNode node, DurableLog log, RecoveredState recovered)
    {
        foreach (var (slot, value) in log.Slots)
        {
            var found = recovered.Slots.TryGetValue(slot, out var bytes) ? bytes : default;
            if (!found.Span.SequenceEqual(value))
            {
                Report($"node {node.Id} starts with slot {slot} = {Convert.ToHexString(found.Span)}; on disk was {Convert.ToHexString(value)}");
            }
        }
    }
}
