using Consensus.Byzantine;
using Consensus.HotStuff.Agreement;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;
using Consensus.HotStuff.Pacemaker;

namespace Consensus.HotStuff.Sync;

/// <summary>
/// Replicas tell each other where they are, and whoever is ahead sends what the other lacks. No message is repeated but for that. In the normal case nothing is sent: what a replica
/// lacks that is on its way to it, it lacks only once.
/// </summary>
internal sealed class StatusExchange(HotStuffState state, StatusTimer timer, Terms terms, NodeTree tree, Voting voting, Proposing proposing, StateTransfer transfer, BranchFetch fetch, CommitPaths paths)
{
    // Where this replica was when a member told it last where it was: what it lacks of that, it has lacked for a while.
    private readonly SortedDictionary<NodeId, Shown> _shown = [];

    // What the others heard last.
    private bool _hasSuspected;

    private bool IsBusy =>
        !state.IsActive || !tree.IsAnchored || fetch.IsUnderWay || transfer.IsBehind || terms.SuspectsLeader || _hasSuspected || voting.IsOpen || tree.HasWorkUpTo(tree.Tip);

    public void OnTime()
    {
        if (!timer.IsDue)
        {
            return;
        }

        Tell();
        terms.Repeat();
        voting.OnTime();
        fetch.OnTime();
        transfer.OnTime();
    }

    /// <summary>There is something to be heard of soon, or at once.</summary>
    public void Hasten()
    {
        if (terms.HasNews)
        {
            Tell();
        }
        else if (IsBusy)
        {
            timer.Hasten();
        }
    }

    public void OnStatus(NodeId from, Status status)
    {
        terms.OnStatus(from, status);
        var present = new Shown(state.High.View, proposing.Last?.Node.View ?? ViewNumber.Zero);

        // Who says so for the first time has begun behind this replica, perhaps: what was proposed before is lost, and nobody else sends it.
        var before = _shown.GetValueOrDefault(from, new Shown(ViewNumber.Zero, present.Proposed));
        _shown[from] = present;
        if (state.Timeouts is { } timeouts && state.Schedule.TermOf(timeouts.Last) + 1 is var begun && (status.Term < begun || (status.Term == begun && !status.IsActive)))
        {
            state.Ration.Charge(from, AnswerPart.OfSignatures(timeouts.Reports.Length));
            state.Send(from, new TermStart(timeouts));
        }

        transfer.SendCheckpoints(from, status.Stable);
        if (!status.IsAnchored)
        {
            SendAnchor(from, status.Committed);
        }
        else if (status.High < before.High)
        {
            state.Ration.Charge(from, AnswerPart.Of(state.High.Votes));
            state.Send(from, new Certified(state.High));
        }

        if (proposing.Last is { } proposal && status.Seen < before.Proposed && proposal.Node.View == before.Proposed && proposal.Node.View > state.High.View)
        {
            state.Ration.Charge(from, AnswerPart.Of(proposal.Block) + AnswerPart.Of(proposal.Node.Justify.Votes));
            state.Send(from, proposal);
        }
    }

    /// <summary>A member asks for a certified node.</summary>
    public void OnBranchRequest(NodeId from, BranchRequest request) => SendBranch(from, request.Wanted, request.After);

    /// <summary>Which node the last block is that a member has from a checkpoint.</summary>
    public void OnAnchor(Anchor message)
    {
        if (tree.IsAnchored || !state.AcceptsWrites || message.Nodes[0].Height != state.Log.Committed || state.Log.Last != state.Log.Committed)
        {
            // Without an anchor the log has nothing but what is committed, from the first turn's end on.
            return;
        }

        for (var certified = 1; certified < message.Nodes.Length; certified++)
        {
            var length = certified + 1;
            if (state.Rules.CommittedBy(message.Nodes[certified], node => ParentAmong(message.Nodes.AsSpan(0, length), node)) is not null)
            {
                tree.AnchorAt(message.Nodes[0]);
                return;
            }
        }
    }

    private static Node? ParentAmong(ReadOnlySpan<Node> nodes, Node node)
    {
        foreach (var parent in nodes)
        {
            if (parent.Hash == node.Justify.Hash)
            {
                return parent;
            }
        }

        return null;
    }

    private void Tell()
    {
        _hasSuspected = terms.SuspectsLeader;
        timer.Restart(IsBusy);
        state.Broadcast(new Status(
            state.Term, state.IsActive, terms.SuspectsLeader, state.High.View, tree.Tip.View, state.Stable.Number, state.Log.Committed, tree.IsAnchored));
        terms.OnTold();
    }

    /// <summary>Sends nodes after a height, as many as fit, towards one that is wanted.</summary>
    private void SendBranch(NodeId to, NodeCertificate wanted, SequenceNumber after)
    {
        if (tree.Find(wanted.Hash) is not { } last || last.Height <= after)
        {
            return;
        }

        var path = paths.To(last, after);
        var nodes = new List<FullNode>();
        var answer = new Answer(state, to);
        foreach (var node in path)
        {
            if (!tree.HasBlockOf(node))
            {
                return;
            }

            if (!answer.TryAddBlock(tree.PartOf(node) + AnswerPart.Of(node.Justify.Votes)))
            {
                break;
            }

            nodes.Add(new FullNode(node, tree.BlockOf(node)));
        }

        if (nodes.Count > 0)
        {
            state.Send(to, new Branch([.. nodes], nodes.Count < path.Count ? path[nodes.Count].Justify : wanted));
        }
    }

    /// <summary>Sends the node of a height, and as many after it as prove that it is committed.</summary>
    private void SendAnchor(NodeId to, SequenceNumber height)
    {
        if (paths.Of(height) is var (nodes, tip))
        {
            foreach (var node in nodes)
            {
                state.Ration.Charge(to, AnswerPart.Of(node.Justify.Votes));
            }

            state.Send(to, new Anchor(nodes, tip));
        }
    }

    private readonly record struct Shown(ViewNumber High, ViewNumber Proposed);
}
