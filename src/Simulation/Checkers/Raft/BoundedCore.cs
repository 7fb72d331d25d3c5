using Consensus.Engine;
using Consensus.Raft;
using Consensus.Raft.Messages;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>
/// What a Raft core keeps stays within the bounds of its options at every turn: a leader's log, what of it is not committed and not on its disk,
/// what is under way to each member, the reads that wait for a round, and what is kept of the log behind a snapshot. Source: pitfalls, part 3;
/// <see cref="RaftOptions"/>.
/// </summary>
/// <remarks>
/// The naive form compares every log with the leader's bounds, and gives false alarms: a leader refuses commands at a bound, but what it takes
/// over from the one before it, or as a follower took from others, may be more. So at a leader these may be above their bound at the beginning
/// of its term, but then no command makes them grow. The bound is looked at before each command, so they exceed it by one command, and by the
/// entries of a leader's own (terms, members), which are small. Behind a snapshot a replica that has just started keeps whole files of its log: only
/// snapshots that were saved in this life count.
/// </remarks>
/// <param name="replica">The replicas' bounds.</param>
/// <param name="raft">The cores' bounds.</param>
/// <param name="loadOf">What the core of a node keeps, if it is one of Raft's.</param>
internal sealed class BoundedCore(ReplicaOptions replica, RaftOptions raft, Func<SimulatedNode, RaftLoad?> loadOf) : Checker
{
    /// <summary>What entries of a leader's own may add in a term.</summary>
    private const int OwnEntriesBytesMax = 16 * 1024;

    private readonly Dictionary<NodeId, Leadership> _leaderships = [];
    private readonly Dictionary<NodeId, LogIndex> _saved = [];

    /// <inheritdoc/>
    public override string Name => "bounded core";

    private int CommandBytesMax => replica.CommandBytesMax + CommandEnvelope.OverheadBytesMax + LogEntry.OverheadBytes;

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        _leaderships.Remove(node.Id);
        _saved.Remove(node.Id);
    }

    /// <inheritdoc/>
    public override void OnSaved(SimulatedNode node, SnapshotDescriptor snapshot) => _saved[node.Id] = snapshot.Position.Index;

    /// <inheritdoc/>
    public override void OnRestored(SimulatedNode node, SnapshotDescriptor snapshot, Digest state) => _saved.Remove(node.Id);

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (loadOf(node) is not { } load)
        {
            return;
        }

        if (_saved.TryGetValue(node.Id, out var saved) && load.SnapshotIndex == saved)
        {
            Compare(node, "entries behind its snapshot", (long)load.TrailingEntries, raft.TrailingEntries);
        }

        Compare(node, "reads that wait for a round", load.Reads, raft.PendingReadsMax);
        Compare(node, "messages with entries under way to one member", load.InflightMessages, raft.InflightMessagesMax);
        Compare(node, "bytes of entries under way to one member", load.InflightBytes, raft.InflightBytesMax + Math.Max(raft.AppendBytesMax, CommandBytesMax));
        if (status.Role == ReplicaRole.Leader)
        {
            LookAtLeader(node, status.TermOrView, load);
        }
        else
        {
            _leaderships.Remove(node.Id);
        }
    }

    /// <inheritdoc/>
    public override bool IsAtRest(IReadOnlyList<SimulatedNode> nodes) => nodes.All(node => loadOf(node) is not { IsAtRest: false });

    /// <inheritdoc/>
    public override void OnFinished(IReadOnlyList<SimulatedNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (loadOf(node) is { IsAtRest: false } load)
            {
                Report($"nobody has called for a while, and the core of node {node.Id} still keeps: {load}");
            }
        }
    }

    /// <inheritdoc/>
    public override void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
        if (message is ForwardedProposals { Proposals: { Length: > 1 } proposals })
        {
            var bytes = 0L;
            foreach (ref readonly var proposal in proposals.Span)
            {
                bytes += proposal.Payload.Length;
            }

            Compare(node, "bytes of commands in one input", bytes, ReplicaLoop.ProposalBytesPerStep);
        }
    }

    private void LookAtLeader(SimulatedNode node, ulong term, in RaftLoad load)
    {
        if (!_leaderships.TryGetValue(node.Id, out var leadership) || leadership.Term != term)
        {
            _leaderships[node.Id] = leadership = new Leadership(term, load);
        }

        CompareLeader(node, "bytes of entries in its log", load.LogBytes, raft.LogBytesMax, leadership.Begun.LogBytes);
        CompareLeader(node, "bytes of uncommitted entries", load.UncommittedBytes, raft.UncommittedBytesMax, leadership.Begun.UncommittedBytes);
        CompareLeader(node, "bytes of entries that are not on its disk", load.UnflushedBytes, raft.UncommittedBytesMax, leadership.Begun.UnflushedBytes);
    }

    private void CompareLeader(SimulatedNode node, string what, long count, long max, long begun) =>
        Compare(node, what, count, Math.Max(max + CommandBytesMax, begun) + OwnEntriesBytesMax);

    private void Compare(SimulatedNode node, string what, long count, long max)
    {
        if (count > max)
        {
            Report($"node {node.Id} has {count} {what}; at most {max} are allowed");
        }
    }

    private readonly record struct Leadership(ulong Term, RaftLoad Begun);
}
