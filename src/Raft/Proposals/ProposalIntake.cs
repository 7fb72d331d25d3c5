using Consensus.Engine;
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
    private readonly Term _recoveredTerm = state.Term;
    private ulong _lastForwarded;
    private LogIndex _forgottenTo;
    private LogIndex _countedTo;
    private long _uncommittedBytes;

    /// <summary>The size of the leader's entries that are not committed.</summary>
    public long UncommittedBytes => _uncommittedBytes;

    public void BeginTerm()
    {
        _forgottenTo = state.Commit;
        _countedTo = state.Commit;
        _uncommittedBytes = 0;
        CountAppended();
    }

    /// <summary>Entries have been committed: their bytes make room for others.</summary>
    public void ForgetCommitted()
    {
        CountAppended();
        while (_forgottenTo < state.Commit)
        {
            _forgottenTo = _forgottenTo.Next;
            _uncommittedBytes -= EntryLog.BytesOf(state.Log[_forgottenTo]);
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
            replicator.Find(from)?.AwaitCommit(state.Log.LastIndex);
        }

        // In the terms up to the one it was recovered in, an earlier run of this replica may have led and have taken this very message: its commands
        // may take effect yet. Then nothing is said, and the sender, who hears of another leader, proposes again.
        if (refused > 0 && forwarded.Term > _recoveredTerm)
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

            state.Append(EntryKind.Command, time, proposals[i].Payload.Span);
            CountAppended();
        }

        return 0;
    }

    /// <summary>
    /// Counts what was appended since it was last looked: commands, and also the entries of the leader's own (its term's first, configurations). What
    /// is not counted here would be subtracted all the same when it is committed.
    /// </summary>
    private void CountAppended()
    {
        while (_countedTo < state.Log.LastIndex)
        {
            _countedTo = _countedTo.Next;
            _uncommittedBytes += EntryLog.BytesOf(state.Log[_countedTo]);
        }
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
