using Consensus.Byzantine;
using Consensus.HotStuff.Agreement;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;

namespace Consensus.HotStuff.Sync;

/// <summary>
/// Fetches the nodes of a certificate that this replica does not have: from whoever showed it, then from those who have voted for it, one at a time. At least f+1 of them
/// are correct, and had the node with all before it on disk when they voted. While somebody's answer may be on its way nobody else is asked, whatever higher certificates are shown: he would send the same.
/// </summary>
internal sealed class BranchFetch(HotStuffState state, NodeTree tree, Certification certification)
{
    // Nobody sets the pace for longer: he may send a node at a time where hundreds fit.
    private const int PiecesInARow = 8;

    private readonly Patience _patience = new(state, state.Options.StatusInterval, doublingsMax: 3);
    private NodeCertificate? _asked;
    private readonly SortedSet<NodeId> _sources = [];
    private NodeId _source;
    private bool _isAwaited;
    private bool _isPaused;
    private SequenceNumber _reached;
    private bool _hasAdvanced;
    private int _voter;
    private int _pieces;

    /// <summary>Whether something is being fetched.</summary>
    public bool IsUnderWay => certification.Missing is not null;

    /// <summary>Asks for what is missing, if nobody was asked yet.</summary>
    public void Advance()
    {
        if (certification.Missing is not { } missing)
        {
            _isAwaited = false;
            _isPaused = false;
            _sources.Clear();
            _patience.Reset();
        }
        else if (tree.IsAnchored && !_isAwaited && !_isPaused && (_asked is null || missing.View > _asked.View))
        {
            Ask(missing, certification.MissingFrom);
        }
    }

    /// <summary>Asks somebody else.</summary>
    public void OnTime()
    {
        if (certification.Missing is not { } missing || !tree.IsAnchored)
        {
            return;
        }

        if (_isPaused && !_patience.IsOver)
        {
            Ask(missing, _source);
        }
        else if (_patience.IsOver)
        {
            if (!_hasAdvanced)
            {
                // Perhaps it lies on another branch than the highest certificate here, and is no higher than that.
                _reached = state.Log.Committed;
            }

            _hasAdvanced = false;
            Ask(missing, NextVoter(missing));
        }
    }

    /// <summary>Somebody sends certified nodes.</summary>
    public void OnBranch(NodeId from, Branch message)
    {
        if (!state.AcceptsWrites || !tree.IsAnchored)
        {
            return;
        }

        var wasAsked = _sources.Remove(from);
        _isAwaited &= !wasAsked;
        var reached = SequenceNumber.Zero;
        foreach (ref readonly var each in message.Nodes.AsSpan())
        {
            var node = each.Node;
            if (wasAsked)
            {
                state.Asking.OnAnswer(from, AnswerPart.Of(each.Block) + AnswerPart.Of(node.Justify.Votes));
            }

            if (node.Height <= state.Log.Committed && tree.Find(node.Hash) is null)
            {
                // Before what is remembered here.
                continue;
            }

            if (tree.ParentOf(node) is null)
            {
                OnUnconnected(from, node, message.Tip);
                return;
            }

            certification.Add(node.Justify, from);
            if (!tree.TryAdd(node, each.Block))
            {
                break;
            }

            reached = node.Height;
        }

        certification.Add(message.Tip, from);
        certification.Advance();
        if (reached > _reached && certification.Missing is { } missing)
        {
            if (wasAsked && from != _source)
            {
                // It has taken longer than it was given, but nobody else was faster.
                _patience.Double();
            }

            _reached = reached;
            _hasAdvanced = true;

            if (wasAsked)
            {
                Ask(missing, ++_pieces % PiecesInARow == 0 ? NextVoter(missing) : from);
            }
            else if (!_isAwaited)
            {
                Ask(missing, NextVoter(missing));
            }
        }
    }

    /// <summary>
    /// What is certified does not go on where this replica thinks it does. If it follows the last committed block, that is another node's than was thought: the log was brought there
    /// by a checkpoint, which names blocks and not nodes. Whatever is certified in a later view than a committed node's has that node among its ancestors.
    /// </summary>
    private void OnUnconnected(NodeId from, Node node, NodeCertificate tip)
    {
        if (node.Height == state.Log.Committed.Next)
        {
            if (tip.View > tree.At(state.Log.Committed)!.View)
            {
                tree.Unanchor();
            }
        }
        else if (_reached > state.Log.Committed && certification.Missing is { } missing)
        {
            // It leaves the branch of the highest certificate that is known here before its end.
            _reached = state.Log.Committed;
            Ask(missing, from);
        }
    }

    private NodeId NextVoter(NodeCertificate missing)
    {
        // Of a quorum at least one is neither this replica nor the last source.
        var voters = missing.Votes!.Signatures;
        NodeId next;
        do
        {
            next = voters[_voter++ % voters.Length].Signer;
        }
        while (next == state.Self || next == _source);

        return next;
    }

    private void Ask(NodeCertificate missing, NodeId from)
    {
        if (_asked?.Hash != missing.Hash)
        {
            _reached = tree.Find(state.High.Hash)?.Height ?? state.Log.Committed;
        }

        _asked = missing;
        _source = from;
        _isPaused = !state.Asking.TryAsk(from);
        if (!_isPaused && from != state.Self)
        {
            _isAwaited = true;
            _sources.Add(from);
            _patience.Begin();
            state.Send(from, new BranchRequest(missing, SequenceNumber.Max(_reached, state.Log.Committed)));
        }
    }
}
