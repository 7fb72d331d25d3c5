using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.HotStuff.Chain;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.HotStuff;

/// <summary>
/// The rules on which safety rests, each looked at where it is applied: a replica is locked on what its certificates say, that of the node that it votes for among them; it votes for nothing that its lock
/// forbids; and it counts a node as
/// committed that begins a chain of certified nodes in consecutive views, each the parent of the next: three of them, or two. Source: PODC '19, sections 4.4 and 5; Jolteon,
/// section 3; pitfalls H1 and H2.
/// </summary>
/// <remarks>
/// Computed here a second time, and not with the engine's rules: who forks needs several mistakes at once, and a run seldom brings them together. The naive form compares a vote with the lock at the
/// end of the turn, and gives false alarms: certificates that come after the vote raise it. And it looks for the chain on the branch that the replica is on at the
/// end, which may have left it again after the node that is committed: for a branch whose leader did not hear of the last certificate, as a replica that stood still does, which finds votes and a
/// higher certificate in one turn. So what any honest replica has seen certified counts, and the certificate by which it committed.
/// </remarks>
/// <param name="rules">Which rules.</param>
/// <param name="sightOf">What the core of a node knows of the chain.</param>
internal sealed class ChainRulesAreKept(HotStuffRuleSet rules, Func<SimulatedNode, ChainSight?> sightOf) : Checker
{
    private readonly Dictionary<NodeId, Promises> _before = [];

    // Of a node the certified one in the very next view that has it as parent. There is one at most, unless two quorums vote in one view.
    private readonly Dictionary<Digest, Digest> _next = [];
    private readonly HashSet<Digest> _certified = [];
    private readonly HashSet<Digest> _committed = [];

    // What a replica's state covers when it starts was committed in an earlier life, perhaps because of a checkpoint of which its disk knows nothing: the proof was not flushed, the snapshot was.
    private readonly Dictionary<NodeId, LogIndex> _covered = [];

    /// <inheritdoc/>
    public override string Name => "chain rules are kept";

    private int ChainLength => rules == HotStuffRuleSet.TwoChain ? 2 : 3;

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        _before.Remove(node.Id);
        _covered[node.Id] = recovered.Snapshot?.Position.Index ?? LogIndex.Zero;
    }

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (sightOf(node) is not { } sight)
        {
            return;
        }

        var promises = sight.Promises;
        NoteCertified(sight, promises.HighNode);
        NoteCertified(sight, sight.Deciding);
        var locking = rules == HotStuffRuleSet.TwoChain ? promises.High.View : promises.HighNode.Justify.View;
        if (promises.Locked.View < locking)
        {
            Report($"node {node.Id} is locked on a node of view {promises.Locked.View}; it has a certificate of view {promises.High.View}, and must be locked on view {locking}");
        }

        if (sight.Voted is { } last && promises.High.View < last.Justify.View)
        {
            Report($"node {node.Id} votes for the node {last}, and goes by no certificate higher than that of view {promises.High.View}");
        }

        if (_before.TryGetValue(node.Id, out var before) && sight.Voted is { } voted && voted.View > before.Voted && !MayVote(sight, voted, before.Locked))
        {
            Report($"node {node.Id} votes for the node {voted}; it was locked on that of view {before.Locked.View} at height {before.Locked.Height}");
        }

        _before[node.Id] = promises;
        if (sight.Committed is { } committed && committed.Height > SequenceNumber.Zero && sight.CommitIndex > _covered.GetValueOrDefault(node.Id) && _committed.Add(committed.Hash) && !BeginsChain(committed.Hash))
        {
            Report($"node {node.Id} counts the node {committed} as committed; nobody has seen {ChainLength} certified nodes in consecutive views that begin with it");
        }
    }

    private bool MayVote(in ChainSight sight, Node voted, in NodePlace locked)
    {
        var parentView = voted.Justify.View;
        if (rules == HotStuffRuleSet.ThreeChain)
        {
            return parentView > locked.View || Extends(sight, voted, locked);
        }

        // The time-outs that it came with, or others of the same term, or those of a later one, which have come since.
        return parentView >= locked.View || (sight.Timeouts is { } timeouts && (timeouts.Last >= voted.View || (timeouts.Last.Next == voted.View && parentView >= timeouts.High)));
    }

    private static bool Extends(in ChainSight sight, Node node, in NodePlace ancestor)
    {
        var at = node;
        while (at is not null && at.Height > ancestor.Height)
        {
            at = sight.ParentOf(at);
        }

        return at?.Hash == ancestor.Hash;
    }

    private void NoteCertified(in ChainSight sight, Node? certified)
    {
        for (var at = certified; at is not null && at.Height > SequenceNumber.Zero && _certified.Add(at.Hash); at = sight.ParentOf(at))
        {
            if (at.View == at.Justify.View.Next)
            {
                _next[at.Justify.Hash] = at.Hash;
            }
        }
    }

    private bool BeginsChain(Digest hash)
    {
        for (var length = 1; length < ChainLength; length++)
        {
            if (!_next.TryGetValue(hash, out hash))
            {
                return false;
            }
        }

        return true;
    }
}
