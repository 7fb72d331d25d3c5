using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers.Byzantine;

/// <summary>
/// The block that an honest replica is the first to count as committed was on the disks of all honest members of a quorum: of as many as a quorum has beside those that are
/// Byzantine, which are f + 1 at least. Source: OSDI '99, section 4.2; Raft's checker of the same name; pitfalls, part 3.
/// </summary>
/// <remarks>
/// The naive forms give false alarms. Asking each replica that counts a block: those that learn of it later may do so when some of the first have lost their disks; that what they
/// count is the same is <see cref="NoFork"/>'s. Asking for a quorum: Byzantine members of it need not have anything. Asking what is in the logs at present: a block that a
/// replica has promised may be out of its log meanwhile, given up for a later view, and kept beside it; so what was ever flushed counts. Comparing whole logs by their chain: a
/// replica promises a block as a number, and the block before may be another in its log as yet. How many are Byzantine is asked when the block is counted: one that
/// has become so since it promised need not have it any more.
/// </remarks>
/// <param name="observatory">Knows logs, and who is honest.</param>
/// <param name="members">How many members there are.</param>
internal sealed class CommittedOnQuorum(Observatory observatory, int members) : Checker
{
    private readonly Dictionary<NodeId, HashSet<Digest>> _flushed = [];
    private readonly Dictionary<NodeId, Queue<(Lsn Lsn, Digest Block)>> _staged = [];

    // Which block ends at an entry, by the chain up to there: what its last entry says names its number and digest.
    private readonly Dictionary<Digest, Digest> _blocks = [];
    private LogIndex _counted;

    /// <inheritdoc/>
    public override string Name => "committed on quorum";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        StagedOf(node.Id).Clear();
        foreach (var entry in recovered.Entries)
        {
            if (Note(entry) is { } block)
            {
                FlushedOf(node.Id).Add(block);
            }
        }
    }

    /// <inheritdoc/>
    public override void OnStaged(SimulatedNode node, in LogRecord record)
    {
        if (record.Kind == LogRecordKind.Entry && Note(record.Entry) is { } block)
        {
            StagedOf(node.Id).Enqueue((record.Lsn, block));
        }
    }

    /// <inheritdoc/>
    public override void OnDurable(SimulatedNode node, Lsn lsn)
    {
        var staged = StagedOf(node.Id);
        while (staged.TryPeek(out var record) && record.Lsn <= lsn)
        {
            FlushedOf(node.Id).Add(staged.Dequeue().Block);
        }
    }

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (status.CommitIndex <= _counted)
        {
            return;
        }

        for (var i = 0; i < effects.Records.Count; i++)
        {
            if (effects.Records[i].Kind == LogRecordKind.Entry)
            {
                Note(effects.Records[i].Entry);
            }
        }

        var log = observatory.ViewOf(node.Id);
        for (var index = LogIndex.Max(_counted.Next, log.Base.Next); index <= status.CommitIndex; index = index.Next)
        {
            if (log.ChainAt(index) is { } chain && _blocks.TryGetValue(chain, out var block))
            {
                Compare(node, status, index, block);
            }
        }

        _counted = status.CommitIndex;
    }

    private void Compare(SimulatedNode node, in CoreStatus status, LogIndex end, Digest block)
    {
        NodeId[] ids = [.. Enumerable.Range(1, members).Select(id => new NodeId((uint)id))];
        var byzantine = ids.Count(observatory.IsByzantine);
        NodeId[] holders = [.. ids.Where(id => !observatory.IsByzantine(id) && FlushedOf(id).Contains(block))];
        var needed = Math.Max(1, ByzantineQuorum.Size(members) - byzantine);
        if (holders.Length < needed)
        {
            var where = holders.Length > 0 ? $"nodes {string.Join(", ", holders)}" : "no honest node";
            Report($"node {node.Id} in view {status.TermOrView} counts the block that ends with entry {end} as committed; it was on the disks of {where}, and {needed} honest ones must have had it ({byzantine} of {members} are Byzantine)");
        }
    }

    private Digest? Note(in LogEntry entry)
    {
        if (entry.Kind is not (EntryKind.Block or EntryKind.Checkpoint))
        {
            return null;
        }

        var block = Blake3.Hash(entry.Payload.Span);
        _blocks[entry.Chain] = block;
        return block;
    }

    private HashSet<Digest> FlushedOf(NodeId node)
    {
        if (!_flushed.TryGetValue(node, out var flushed))
        {
            _flushed[node] = flushed = [];
        }

        return flushed;
    }

    private Queue<(Lsn Lsn, Digest Block)> StagedOf(NodeId node)
    {
        if (!_staged.TryGetValue(node, out var staged))
        {
            _staged[node] = staged = new Queue<(Lsn Lsn, Digest Block)>();
        }

        return staged;
    }
}
