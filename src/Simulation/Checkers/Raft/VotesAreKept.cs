using Consensus.Engine;
using Consensus.Raft;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>
/// The term that a replica has on disk never goes back, and its vote in a term never changes once it is given: across crashes and restarts.
/// Source: Ongaro and Ousterhout (2014), section 5.2; thesis, section 3.8; openraft's invariant monotonic; pitfalls R18, R35.
/// </summary>
/// <remarks>
/// The naive form follows what cores have in memory, and gives false alarms: a replica that crashes before its new term is on disk begins
/// again in the term before, and nobody has heard of the newer one. A disk that is lost for good loses its votes with it; its node must come
/// back under another number (then its votes are another's), or not at all.
/// </remarks>
internal sealed class VotesAreKept : Checker
{
    private readonly Dictionary<NodeId, VoteRecord> _records = [];

    /// <inheritdoc/>
    public override string Name => "votes are kept";

    /// <summary>What a node has on disk about its votes.</summary>
    public VoteRecord Of(NodeId node)
    {
        if (!_records.TryGetValue(node, out var record))
        {
            record = new VoteRecord();
            _records.Add(node, record);
        }

        return record;
    }

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        if (Of(node.Id).Start(recovered.LastLsn, HardState.Read(recovered)) is { } problem)
        {
            Report($"node {node.Id} starts, and {problem}");
        }
    }

    /// <inheritdoc/>
    public override void OnStaged(SimulatedNode node, in LogRecord record)
    {
        if (record is { Kind: LogRecordKind.Slot, Slot: HardState.Slot })
        {
            Of(node.Id).Stage(record.Lsn, HardState.FromBytes(record.Value.Span));
        }
    }

    /// <inheritdoc/>
    public override void OnDurable(SimulatedNode node, Lsn lsn)
    {
        if (Of(node.Id).Flush(lsn) is { } problem)
        {
            Report($"node {node.Id} {problem}");
        }
    }
}
