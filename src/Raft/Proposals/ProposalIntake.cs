using Consensus.Engine;
using Consensus.Raft.Log;
using Consensus.Raft.Messages;
using Consensus.Raft.Replication;
using Consensus.Raft.Transfer;

namespace Consensus.Raft.Proposals;

/// <summary>
/// Where commands enter: a leader appends them, a follower forwards them (thesis, section 6.2), anybody else refuses them with the reason.
/// So does a follower whose disk is full. A refused command has had no effect.
/// </summary>
internal sealed class ProposalIntake(RaftState state, Replicator replicator, LeadershipTransfer transfer, ulong run)
{
    private readonly Dictionary<NodeId, (ulong Run, ulong Number)> _lastTaken = [];
    private ulong _lastForwarded;
    private LogIndex _measuredTo;
    private long _uncommittedBytes;

    public void BeginTerm()
    {
        _measuredTo = state.Commit;
        _uncommittedBytes = 0;
        for (var index = state.Commit.Next; index <= state.Log.LastIndex; index = index.Next)
        {
            _uncommittedBytes += RaftLog.BytesOf(state.Log[index]);
        }
    }

    /// <summary>Entries have been committed: their bytes make room for others.</summary>
    public void ForgetCommitted()
    {
        while (_measuredTo < state.Commit)
        {
            _measuredTo = _measuredTo.Next;
            _uncommittedBytes -= RaftLog.BytesOf(state.Log[_measuredTo]);
        }
    }

    public void Propose(ReadOnlyMemory<Proposal> proposals, Timestamp time)
    {
        if (state.IsLeader)
        {
            var refused = Append(proposals.Span, time, out var reason);
            Refuse(proposals.Span[^refused..], reason);
        }
        else if (!state.AcceptsWrites)
        {
            // Others could commit them, but this replica could not take their entries, and so never tell its callers how they ended.
            Refuse(proposals.Span, RefusalReason.StorageFull);
        }
        else if (state.Leader != NodeId.None)
        {
            state.Send(state.Leader, new ForwardedProposals(state.Term, run, ++_lastForwarded, time, proposals));
        }
        else
        {
            Refuse(proposals.Span, RefusalReason.NoLeader);
        }
    }

    public void OnForwarded(NodeId from, ForwardedProposals forwarded)
    {
        if (_lastTaken.TryGetValue(from, out var last) && last.Run == forwarded.Run && forwarded.Number <= last.Number)
        {
            // A copy. Its original may have been refused, and the caller told that its command has no effect: that must stay true.
            return;
        }

        _lastTaken[from] = (forwarded.Run, forwarded.Number);
        var refused = forwarded.Proposals.Length;
        var reason = RefusalReason.NoLeader;
        if (state.IsLeader)
        {
            refused = Append(forwarded.Proposals.Span, forwarded.Time, out reason);
        }

        if (refused > 0)
        {
            var tickets = new Ticket[refused];
            for (var i = 0; i < refused; i++)
            {
                tickets[i] = forwarded.Proposals.Span[^(refused - i)].Ticket;
            }

            state.Send(from, new ForwardRefused(state.Term, reason, tickets));
        }
    }

    private void Refuse(ReadOnlySpan<Proposal> proposals, RefusalReason reason)
    {
        foreach (ref readonly var proposal in proposals)
        {
            state.Effects.Refuse(proposal.Ticket, reason);
        }
    }

    /// <summary>Appends the commands until one is refused.</summary>
    /// <returns>How many, at the end, were refused.</returns>
    private int Append(ReadOnlySpan<Proposal> proposals, Timestamp time, out RefusalReason reason)
    {
        reason = RefusalReason.None;
        var hasSpace = replicator.HasSpace;
        for (var i = 0; i < proposals.Length; i++)
        {
            reason = ReasonToRefuse(hasSpace);
            if (reason != RefusalReason.None)
            {
                return proposals.Length - i;
            }

            var index = state.Append(EntryKind.Command, time, proposals[i].Payload.Span);
            _uncommittedBytes += RaftLog.BytesOf(state.Log[index]);
        }

        return 0;
    }

    private RefusalReason ReasonToRefuse(bool hasSpace)
    {
        if (transfer.IsUnderWay)
        {
            return RefusalReason.NoLeader;
        }

        if (!hasSpace)
        {
            // What no quorum can take would never be committed, and its callers would wait in vain.
            return RefusalReason.StorageFull;
        }

        // Others may commit what is not on this disk yet. It waits to be written all the same, and the log has a reserve for so much only.
        return _uncommittedBytes >= state.Options.UncommittedBytesMax
            || state.Log.UnflushedBytes >= state.Options.UncommittedBytesMax
            || state.Log.Bytes >= state.Options.LogBytesMax
            ? RefusalReason.Overloaded
            : RefusalReason.None;
    }
}
