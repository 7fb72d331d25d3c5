using Consensus.Engine;
using Consensus.Raft.Audit;
using Consensus.Raft.Log;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Replication;

/// <summary>The follower's side of log replication (section 5.3) and of snapshots (section 7).</summary>
internal sealed class LogReceiver(RaftState state, StateRepair repair)
{
    private Term _agreedIn;
    private LogIndex _agreed;

    /// <summary>
    /// Up to where this log is known to be the leader's: its check of the entry before (section 5.3) covers all of them. What is committed
    /// below will be applied here, whatever space the disk has.
    /// </summary>
    public LogIndex Agreed => _agreedIn == state.Term ? LogIndex.Max(_agreed, state.Commit) : state.Commit;

    public void OnAppend(NodeId from, AppendRequest request)
    {
        var previous = request.Previous.Index;
        if (previous < state.Commit)
        {
            // Late or repeated. What is committed agrees with every leader; saying so lets this one catch up in one step.
            Accept(from, state.Commit);
            return;
        }

        if (previous > state.Log.LastIndex || state.Log.TermOf(previous) != request.Previous.Term)
        {
            var hint = state.Log.LastAtMost(LogIndex.Min(previous, state.Log.LastIndex), request.Previous.Term);
            Reject(from, previous, hint, isFull: false);
            return;
        }

        var own = state.Log.PositionOf(previous);
        if (own != request.Previous)
        {
            // The same index and term with another history: no fault that Raft tolerates leads there.
            state.Effects.Raise(new StateDiverged(previous, from, own.Chain, request.Previous.Chain));
            return;
        }

        var entries = request.Entries.Span;
        var fit = entries[..CountThatFit(entries, request.Term)];
        if (fit.IsEmpty && !entries.IsEmpty)
        {
            NoteAgreed(previous);
            Reject(from, previous, previous, isFull: true);
            return;
        }

        Take(fit);

        // The leader may have committed more than it has sent so far: only what this log shares with it counts.
        var last = previous + (ulong)fit.Length;
        NoteAgreed(last);
        state.CommitTo(LogIndex.Min(request.Commit, last));
        Accept(from, last);
    }

    public void OnHeartbeat(NodeId from, Heartbeat heartbeat)
    {
        state.CommitTo(LogIndex.Min(heartbeat.Commit, state.Log.LastIndex));
        state.Send(from, new HeartbeatResponse(state.Effects.LastLsn, state.Term, heartbeat.Round, state.Space));
        repair.OnHeartbeat(from);
    }

    public void OnSnapshotChunk(NodeId from, SnapshotChunk chunk)
    {
        if (chunk.Snapshot.Position.Index <= state.Commit && !repair.Wants(chunk.Snapshot))
        {
            // Not needed (any more): a snapshot never replaces what is committed here already.
            Accept(from, state.Commit);
            return;
        }

        state.Effects.Request(new StoreSnapshotChunk(from, chunk.Snapshot, chunk.Offset, chunk.Data.ToArray()));
    }

    public void OnChunkStored(SnapshotChunkStored stored)
    {
        var position = stored.Snapshot.Position;
        if (!stored.IsComplete)
        {
            Answer(stored.From, new SnapshotProgress(state.Effects.LastLsn, state.Term, position.Index, stored.NextOffset));
            return;
        }

        if (repair.Wants(stored.Snapshot))
        {
            state.ReplaceState(stored.Snapshot);
            OnReplaced(stored);
            Answer(stored.From, new SnapshotProgress(state.Effects.LastLsn, state.Term, position.Index, stored.Snapshot.Length));
        }
        else if (position.Index > state.Commit)
        {
            if (state.Log.Knows(position.Index) && state.Log.PositionOf(position.Index) == position)
            {
                // The log has all of it already: only the news that it is committed was missing.
                state.CommitTo(position.Index);
            }
            else
            {
                state.Install(stored.Snapshot);
                OnReplaced(stored);
            }
        }

        Answer(stored.From, new AppendAccepted(state.Effects.LastLsn, state.Term, state.Commit));
    }

    /// <summary>
    /// How many of the entries are taken. A full disk takes none that a leader could have kept to itself, but what an earlier leader has left and
    /// the empty entry that the present one began with: without these nothing is committed in its term, so nobody could read. The log's
    /// reserve is for as much. What is here already needs no space: its acknowledgement was lost.
    /// </summary>
    private int CountThatFit(ReadOnlySpan<LogEntry> entries, Term term)
    {
        if (state.AcceptsWrites)
        {
            return entries.Length;
        }

        var count = 0;
        while (count < entries.Length
            && (IsKnown(entries[count]) || (MayUseReserve(entries[count], term) && state.TryUseReserve(EntryLog.BytesOf(entries[count])))))
        {
            count++;
        }

        return count;
    }

    private static bool MayUseReserve(in LogEntry entry, Term term) => entry.Term < term || entry.Kind == EntryKind.NoOp;

    // A leader's log only grows within its term, so what has agreed once in it agrees on.
    private void NoteAgreed(LogIndex index)
    {
        _agreed = _agreedIn == state.Term ? LogIndex.Max(_agreed, index) : index;
        _agreedIn = state.Term;
    }

    private bool IsKnown(in LogEntry entry) => entry.Index <= state.Log.LastIndex && state.Log.TermOf(entry.Index) == entry.Term;

    private void OnReplaced(SnapshotChunkStored stored)
    {
        repair.OnReplaced();
        state.Effects.Raise(new SnapshotInstalled(stored.Snapshot.Position.Index, stored.From));
    }

    private void Take(ReadOnlySpan<LogEntry> entries)
    {
        foreach (ref readonly var entry in entries)
        {
            if (entry.Index <= state.Log.LastIndex)
            {
                if (state.Log.TermOf(entry.Index) == entry.Term)
                {
                    continue;
                }

                state.Truncate(entry.Index);
            }

            state.AppendCopy(entry);
        }
    }

    private void Accept(NodeId to, LogIndex match) => state.Send(to, new AppendAccepted(state.Effects.LastLsn, state.Term, match));

    private void Reject(NodeId to, LogIndex rejected, LogIndex hint, bool isFull) =>
        state.Send(to, new AppendRejected(state.Effects.LastLsn, state.Term, rejected, hint, state.Log.TermOf(hint), isFull));

    private void Answer(NodeId to, ProtocolMessage message)
    {
        // The sender of the parts may have been deposed since, even by this very replica.
        if (to == state.Leader && to != state.Self)
        {
            state.Send(to, message);
        }
    }
}
