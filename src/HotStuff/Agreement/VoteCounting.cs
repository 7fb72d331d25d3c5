using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;

namespace Consensus.HotStuff.Agreement;

/// <summary>Collects votes, for the leader of the view that follows, until a quorum has voted for one node.</summary>
internal sealed class VoteCounting(HotStuffState state, Certification certification, SettledVotes settled)
{
    /// <summary>How many views ahead of its own a replica collects votes: those of others may come before the proposal does.</summary>
    private const ulong ViewsAhead = 16;

    /// <summary>In how many views votes are collected: those after the highest certificate's, which a term that was given up may still certify, and those after the last one.</summary>
    public const int ViewsMax = (2 * (int)ViewsAhead) + 2;

    private readonly SortedDictionary<ViewNumber, VoteCollector> _collectors = [];
    private (Node Node, Lsn AfterLsn)? _own;
    private (ViewNumber High, ViewNumber View) _pruned;

    /// <summary>The view of the last certificate that was put together here.</summary>
    public ViewNumber Formed { get; private set; }

    /// <summary>In how many views there are votes.</summary>
    public int Count => _collectors.Count;

    /// <summary>A member votes.</summary>
    public void OnVote(NodeId from, NodeVote vote)
    {
        if (!IsAwaited(vote.View))
        {
            return;
        }

        if (!_collectors.TryGetValue(vote.View, out var collector))
        {
            collector = new VoteCollector(state.Identity.Verifier, StatementKind.HotStuffVote, vote.View, SequenceNumber.Zero, state.Members.Quorum);
            _collectors.Add(vote.View, collector);
        }

        var result = collector.Add(from, vote.Hash, vote.Signature, out var conflict);
        if (conflict is not null)
        {
            state.Accusations.Report(conflict);
        }

        if (result == VoteResult.Completed)
        {
            Formed = vote.View;
            settled.Note(collector.Certificate!.Statement);
            certification.Add(NodeCertificate.Of(collector.Certificate!), from);
        }
    }

    /// <summary>
    /// This replica votes for a node whose votes it counts. Its own counts like any other, when it is on disk, and is signed then: a proposal that leaves in this turn does not wait for that.
    /// </summary>
    public void Hold(Node node, Lsn afterLsn) => _own = (node, afterLsn);

    /// <summary>Signs this replica's vote for a node.</summary>
    public Signature Sign(Node node) => state.Identity.Sign(StatementKind.HotStuffVote, node.View, SequenceNumber.Zero, node.Hash);

    /// <summary>Counts what has become durable, and forgets what is certified.</summary>
    public void Advance()
    {
        if (_own is { } own && own.AfterLsn <= state.Durable)
        {
            _own = null;
            if (IsAwaited(own.Node.View))
            {
                OnVote(state.Self, new NodeVote(own.AfterLsn, own.Node.View, own.Node.Hash, Sign(own.Node)));
            }
        }

        if (_collectors.Count > 0 && _pruned != (state.High.View, state.View))
        {
            _pruned = (state.High.View, state.View);
            foreach (var view in _collectors.Keys.Where(view => !IsAwaited(view)).ToArray())
            {
                _collectors.Remove(view);
            }
        }
    }

    /// <summary>
    /// Whether votes in a view are of use. Between the highest certificate and the present view there may be whole terms, which were given up: nobody proposes there any more.
    /// </summary>
    private bool IsAwaited(ViewNumber view)
    {
        var (high, next) = (state.High.View.Value, state.View.Value);
        return view.Value > high && view.Value <= next + ViewsAhead && (view.Value <= high + ViewsAhead || view.Value + 1 >= next);
    }
}
