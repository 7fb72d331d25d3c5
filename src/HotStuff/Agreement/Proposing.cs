using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;

namespace Consensus.HotStuff.Agreement;

/// <summary>
/// Proposes when it is this replica's turn: as soon as the view before is certified or given up, and there is something to order, or something that is ordered
/// waits to be committed. Otherwise it is silent.
/// </summary>
internal sealed class Proposing(HotStuffState state, NodeTree tree, Submissions submissions, Window window, Voting voting, VoteCounting counting)
{
    private ViewNumber _told;
    private Lsn _ledLsn;

    /// <summary>What it has proposed last, to be sent again.</summary>
    public NodeProposal? Last { get; private set; }

    public void EndTurn()
    {
        var view = state.View;
        if (!state.IsLeading || !state.AcceptsWrites || view <= state.Promises.Voted || view <= tree.Tip.View || view <= Last?.Node.View)
        {
            return;
        }

        var parent = state.HighNode;
        var timeouts = state.Timeouts is { } known && known.Last.Next == view && known.High <= parent.View ? known : null;
        if ((timeouts is null && state.Schedule.Next(parent.View, parent.Record) != view) || tree.Find(parent.Hash) is null)
        {
            return;
        }

        if (window.IsShut)
        {
            // Only the window's last certificate tells the others that it is not the leader for whom they wait.
            Tell();
            return;
        }

        // Beyond the window nodes only commit what is in it.
        var isBeyond = state.IsBeyondWindow(parent.Height.Next);
        var block = isBeyond ? null : NextBlockAfter(parent);
        if (block is null && timeouts is null && !isBeyond && !tree.HasWorkUpTo(parent))
        {
            Tell();
            return;
        }

        Propose(view, parent, block ?? Empty(view), timeouts);
    }

    /// <summary>
    /// A block without batches, which is another one in each view: from blocks alone one could not tell two branches apart that have only such. Its time lies before all others, and so does not count.
    /// </summary>
    private static Block Empty(ViewNumber view) => new(new Timestamp(-(long)view.Value), []);

    private Block? NextBlockAfter(Node parent)
    {
        var underWay = tree.UncommittedBatches(parent);
        return submissions.NextBlock(batch => underWay.Contains((batch.Origin, batch.Number)));
    }

    private void Propose(ViewNumber view, Node parent, Block block, TimeoutCertificate? timeouts)
    {
        if (state.Promises.LedTerms <= state.Term)
        {
            _ledLsn = state.Lead();
        }

        var node = new Node(view, parent.Height.Next, state.High, state.Schedule.RecordAfter(parent.View, parent.Record, view), block.Digest);
        if (!tree.TryAdd(node, block))
        {
            return;
        }

        var signature = state.Identity.Sign(StatementKind.HotStuffProposal, view, SequenceNumber.Zero, node.Hash);
        Last = new NodeProposal(_ledLsn, node, block, timeouts, signature);
        state.Broadcast(Last);
        voting.Vote(node, timeouts);
    }

    /// <summary>Nothing more comes for now: the others learn what is certified, and so what is committed.</summary>
    private void Tell()
    {
        if (state.High.View > _told && state.High.View == counting.Formed)
        {
            _told = state.High.View;
            state.Broadcast(new Certified(state.High));
        }
    }
}
