using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;

namespace Consensus.HotStuff.Agreement;

/// <summary>
/// Votes for what leaders propose: once in a view, for a node whose whole branch is here, that the rules allow, and that follows in the right view. The vote leaves when
/// the node and the vote are on disk.
/// </summary>
internal sealed class Voting(HotStuffState state, NodeTree tree, Certification certification, VoteCounting counting)
{
    /// <summary>Of how many views the leaders' proposals are remembered, to compare others with them.</summary>
    public const int ProposalsSeen = 16;

    private readonly SortedDictionary<ViewNumber, SignedStatement> _seen = [];

    // The one of the highest view whose branch is not here.
    private (NodeId From, NodeProposal Proposal)? _waiting;
    private ViewNumber _lastView;
    private (NodeVote Vote, NodeId To)? _sent;
    private ViewNumber _repeated;

    /// <summary>How many proposals are remembered.</summary>
    public int SeenCount => _seen.Count;

    /// <summary>Whether this replica's last vote is not part of a certificate yet, as far as it knows.</summary>
    public bool IsOpen => _lastView > state.High.View;

    /// <summary>A leader proposes a node.</summary>
    public void OnProposal(NodeId from, NodeProposal message)
    {
        Compare(from, message);
        if (message.Timeouts is { } timeouts)
        {
            state.Learn(timeouts);
        }

        certification.Add(message.Node.Justify, from);
        if (message.Node.View <= tree.Tip.View || state.HasDiverged)
        {
            return;
        }

        if (tree.ParentOf(message.Node) is null)
        {
            if (_waiting is not { } waiting || waiting.Proposal.Node.View < message.Node.View)
            {
                _waiting = (from, message with { Block = message.Block.Copy() });
            }

            return;
        }

        Consider(message);
    }

    /// <summary>Takes up a proposal whose branch has come.</summary>
    public void Advance()
    {
        if (_waiting is not { } waiting)
        {
            return;
        }

        if (waiting.Proposal.Node.View <= tree.Tip.View)
        {
            _waiting = null;
        }
        else if (tree.ParentOf(waiting.Proposal.Node) is not null)
        {
            _waiting = null;

            // When it came, its certificate may have given way to a higher one, whose node is still missing: then the vote would not be locked by what it rests on.
            certification.Add(waiting.Proposal.Node.Justify, waiting.From);
            Consider(waiting.Proposal);
        }
    }

    /// <summary>Votes for the last node of the log's branch, which has just come.</summary>
    public void Vote(Node node, TimeoutCertificate? timeouts)
    {
        var locked = state.Promises.Locked;
        if (node.View <= state.Promises.Voted || state.HasDiverged || !state.Rules.MayVote(node.Justify.View, locked.View, tree.Extends(node, locked), timeouts?.High))
        {
            return;
        }

        Cast(node, state.Vote(node));
    }

    /// <summary>After a restart: what was voted last is said again.</summary>
    public void Resume()
    {
        if (tree.Find(state.Promises.VotedHash) is { } node && node.View == state.Promises.Voted && node.View > ViewNumber.Zero)
        {
            Cast(node, Lsn.Zero);
        }
    }

    /// <summary>Says again what may have been lost.</summary>
    public void OnTime()
    {
        if (!IsOpen)
        {
            return;
        }

        if (_repeated == _lastView && _sent is { } sent && sent.Vote.View == _lastView)
        {
            state.Send(sent.To, sent.Vote);
        }

        _repeated = _lastView;
    }

    private void Consider(NodeProposal message)
    {
        var node = message.Node;
        var parent = tree.ParentOf(node)!;
        var follows = message.Timeouts is not null || node.View == state.Schedule.Next(parent.View, parent.Record);
        if (follows && node.Height > state.Log.Committed && !state.Times.Admits(state.Schedule.LeaderOf(node.View), state.Schedule.TermOf(node.View), message.Block, tree.TimeAfter(parent)))
        {
            // If others certify it, it comes with them.
            return;
        }

        if (follows && node.Height == parent.Height.Next && node.Record.Equals(state.Schedule.RecordAfter(parent.View, parent.Record, node.View)) && tree.TryAdd(node, message.Block))
        {
            Vote(node, message.Timeouts);
        }
    }

    private void Cast(Node node, Lsn afterLsn)
    {
        _lastView = node.View;
        var to = state.Schedule.LeaderOf(state.Schedule.Next(node.View, node.Record));
        if (to == state.Self)
        {
            counting.Hold(node, afterLsn);
            return;
        }

        var vote = new NodeVote(afterLsn, node.View, node.Hash, counting.Sign(node));
        _sent = (vote, to);
        state.Send(to, vote);
    }

    /// <summary>Two proposals of one view, both signed by its leader, are proof that it is faulty.</summary>
    private void Compare(NodeId leader, NodeProposal message)
    {
        var view = message.Node.View;
        var statement = state.Identity.Say(StatementKind.HotStuffProposal, view, SequenceNumber.Zero, message.Node.Hash);
        var signed = new SignedStatement(statement, leader, message.Signature);
        if (!_seen.TryGetValue(view, out var first))
        {
            _seen.Add(view, signed);
            if (_seen.Count > ProposalsSeen)
            {
                _seen.Remove(_seen.First().Key);
            }
        }
        else if (first.Statement.Hash != message.Node.Hash)
        {
            state.Accusations.Report(first, signed);
        }
    }
}
