using Consensus.Engine;
using Consensus.Raft.Log;
using Consensus.Raft.Messages;
using Consensus.Raft.Snapshots;

namespace Consensus.Raft.Replication;

/// <summary>
/// The leader's side of log replication (section 5.3): what each member has, what to send it next, and what is committed. Entries go out
/// once per turn, batched; the leader's own disk works at the same time and counts like anybody else's.
/// </summary>
internal sealed class Replicator
{
    private readonly RaftState _state;
    private readonly SnapshotSender _snapshots;
    private readonly Func<NodeId, ulong> _durableBy;
    private readonly Func<NodeId, bool> _mayHaveSpace;
    private Progress[] _members = [];
    private Progress[] _leavers = [];
    private ClusterMembership? _followed;
    private AppendRequest? _lastSent;
    private bool _hasNews;

    public Replicator(RaftState state, SnapshotSender snapshots)
    {
        _state = state;
        _snapshots = snapshots;
        _durableBy = id => DurableOf(id).Value;
        _mayHaveSpace = MayHaveSpace;
    }

    /// <summary>The first entry of this leader's term: until it is committed, the commit index may be old.</summary>
    public LogIndex TermStart { get; private set; }

    public bool HasCommittedInTerm => _state.Commit >= TermStart;

    /// <summary>When followers are to be told of the commit index at the latest, if no entry is sent to them before.</summary>
    public Ticks NewsDeadline { get; private set; } = Ticks.Never;

    /// <summary>Everybody in the configuration in effect, in the order of their numbers.</summary>
    public ReadOnlySpan<Progress> Members => _members;

    /// <summary>What is known about a member, or about one who is being told that it is no member any more.</summary>
    public Progress? Find(NodeId id)
    {
        // They are few.
        return Among(_members) ?? Among(_leavers);

        Progress? Among(Progress[] members)
        {
            foreach (var member in members)
            {
                if (member.Id == id)
                {
                    return member;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// Whether a quorum can take entries, as far as is known: a member counts as full only if it has said so lately, for those that are
    /// away may come back with space.
    /// </summary>
    public bool HasSpace => _state.AcceptsWrites && _state.Quorum.IsQuorum(_mayHaveSpace);

    /// <summary>Whether a member has not said lately that its disk is full.</summary>
    public bool MayHaveSpace(NodeId id) =>
        Find(id) is not { Space: DiskSpace.Full } member || _state.Now >= member.SpaceToldAt + _state.Options.ElectionTimeoutMin;

    /// <summary>A leader's term begins: it appends an empty entry, so that it can commit what its predecessors left (section 8).</summary>
    public void BeginTerm()
    {
        _members = [];
        _leavers = [];
        _followed = null;
        TermStart = _state.Log.LastIndex.Next;
        FollowMembership();
        _state.Append(EntryKind.NoOp, default, default);
    }

    public void EndTerm()
    {
        _lastSent = null;
        NewsDeadline = Ticks.Never;
        _members = [];
        _leavers = [];
        _followed = null;
    }

    public void OnAccepted(NodeId from, AppendAccepted answer)
    {
        if (Find(from) is not { } member)
        {
            return;
        }

        if (answer.Match > _state.Log.LastIndex)
        {
            // No honest member has more of this leader's log than the leader; ignoring it keeps the commit index sound.
            return;
        }

        var advanced = member.Advance(answer.Match);
        switch (member.State)
        {
            case ProgressState.Probe:
                member.BecomeReplicate();
                break;
            case ProgressState.Snapshot when advanced && member.Match >= _state.Log.Base.Index:
            case ProgressState.Snapshot when member.Transfer is { } transfer && answer.Match >= transfer.Snapshot.Position.Index:
                // It has all that the snapshot covers. If that is no news, the snapshot was to repair a state that is in order by now; if the
                // log has been compacted further meanwhile, the next thing sent is a newer snapshot.
                member.BecomeReplicate();
                break;
            case ProgressState.Snapshot:
            case ProgressState.Replicate:
                break;
        }
    }

    public void OnRejected(NodeId from, AppendRejected answer)
    {
        if (Find(from) is not { } member)
        {
            return;
        }

        if (answer.IsFull)
        {
            // Its disk is full: it takes nothing for now. The next heartbeat that it answers lets a probe through.
            if (member.State == ProgressState.Replicate)
            {
                member.BecomeProbe();
                member.OnSent(member.Match, 0, isEmpty: true, member.CommitSent);
            }

            return;
        }

        // The hint skips all of the follower's entries that cannot be in this log; its term skips this log's entries that cannot be in the
        // follower's. A divergent tail costs one round trip per term, not one per entry.
        var hint = answer.HintTerm > Term.Zero && _state.Log.Knows(LogIndex.Min(answer.HintIndex, _state.Log.LastIndex))
            ? _state.Log.LastAtMost(answer.HintIndex, answer.HintTerm)
            : answer.HintIndex;
        var acknowledged = member.Match;
        if (member.StepBack(answer.Rejected, hint) && member.Match < acknowledged)
        {
            _state.Effects.Raise(new AcknowledgedEntriesLost(member.Id, member.Match, acknowledged));
        }
    }

    public void OnHeartbeatAnswered(Progress member)
    {
        switch (member.State)
        {
            case ProgressState.Probe:
                member.ResumeProbe();
                if (member.CanSend && member.Next > _state.Log.LastIndex)
                {
                    // It was sent everything before its connection broke. Whether it still has that shows only if it is asked, and in a quiet
                    // group there is no entry that would ask.
                    SendTo(member, allowEmpty: true, forceEmpty: true);
                }

                break;
            case ProgressState.Replicate when member.Inflight.IsFull:
                // It lives, but what fills the window may be lost. Letting one more through tells (etcd; otherwise replication can stall).
                member.Inflight.FreeOldest();
                break;
            case ProgressState.Replicate when member.Match < _state.Log.LastIndex && member.Next > _state.Log.LastIndex:
                // All is sent and something is unacknowledged for a whole heartbeat: an empty message makes a gap show. (The window may be empty
                // by now: the answer to the heartbeat before has opened it.)
                SendTo(member, allowEmpty: true, forceEmpty: true);
                break;
            case ProgressState.Replicate:
            case ProgressState.Snapshot:
                break;
        }
    }

    /// <summary>The connection to a member broke: what was under way may be lost.</summary>
    public void OnDisconnected(NodeId id)
    {
        if (Find(id) is { State: ProgressState.Replicate } member)
        {
            member.BecomeProbe();
        }
    }

    /// <summary>Commits what a quorum has on disk, if it ends in an entry of this term (section 5.4.2: never by counting old ones).</summary>
    public void AdvanceCommit()
    {
        var index = new LogIndex(_state.Quorum.Reached(_durableBy));
        if (index > _state.Commit && index <= _state.Log.LastIndex && _state.Log.TermOf(index) == _state.Term)
        {
            _state.CommitTo(index);
        }
    }

    /// <summary>Sends each member what it lacks: entries, and news of the commit index.</summary>
    public void SendPending()
    {
        FollowMembership();
        var isNewsDue = _state.Options.CommitNoticeDelay == TimeSpan.Zero || _state.Now >= NewsDeadline;
        _hasNews = false;
        foreach (var member in _members)
        {
            if (member.Id != _state.Self)
            {
                SendPending(member, isNewsDue);
            }
        }

        NewsDeadline = !_hasNews ? Ticks.Never : NewsDeadline == Ticks.Never || isNewsDue ? _state.Now + _state.Options.CommitNoticeDelay : NewsDeadline;
        if (_leavers.Length == 0)
        {
            return;
        }

        foreach (var leaver in _leavers)
        {
            SendPending(leaver, isNewsDue: true);
        }

        if (_state.MembershipIndex <= _state.Commit)
        {
            // They have been sent that it is committed, as far as they could be. Nobody waits for their answers.
            _leavers = [];
        }
    }

    /// <summary>
    /// A member waits for what is committed by now: it is told, if it can be told. Without entries: those go out when the turn ends, for until then this
    /// leader may be deposed, and its log be cut and overwritten.
    /// </summary>
    public void TellCommit(NodeId id)
    {
        if (Find(id) is { } member)
        {
            member.AwaitCommit(_state.Commit);
            if (HasNewsFor(member))
            {
                SendTo(member, allowEmpty: true, forceEmpty: true);
            }
        }
    }

    /// <summary>Brings the members in line with the configuration in effect.</summary>
    public void FollowMembership()
    {
        if (ReferenceEquals(_followed, _state.Membership))
        {
            return;
        }

        _followed = _state.Membership;

        // Whom it leaves out is sent what there is until that is committed, so that it hears of it and rests.
        _leavers = [.. _leavers.Concat(_members).Where(member => member.Id != _state.Self && _followed.Find(member.Id) is null)];
        _members =
        [
            .. _followed.Members
                .Select(member => Find(member.Id) ?? new Progress(member.Id, _state.Log.LastIndex.Next, _state.Options))
                .OrderBy(member => member.Id),
        ];
    }

    private void SendPending(Progress member, bool isNewsDue)
    {
        while (member.CanSend && member.Next <= _state.Log.LastIndex && SendTo(member, allowEmpty: false, forceEmpty: false))
        {
        }

        if (HasNewsFor(member))
        {
            if (isNewsDue || member.CommitAwaited > member.CommitSent)
            {
                SendTo(member, allowEmpty: true, forceEmpty: false);
            }
            else
            {
                _hasNews = true;
            }
        }

        _snapshots.SendNext(member);
    }

    private bool HasNewsFor(Progress member) =>
        member.CanSend && member.CommitSent < LogIndex.Min(_state.Commit, LogIndex.Max(member.Match, member.Next - 1));

    private LogIndex DurableOf(NodeId id) => id == _state.Self ? _state.Log.DurableIndex : Find(id)?.Match ?? LogIndex.Zero;

    private bool SendTo(Progress member, bool allowEmpty, bool forceEmpty)
    {
        var previous = member.Next - 1;
        if (!_state.Log.Knows(previous))
        {
            _snapshots.Begin(member);
            return false;
        }

        var entries = forceEmpty ? default : _state.Log.Slice(member.Next, _state.Options.AppendBytesMax);
        if (entries.IsEmpty && !allowEmpty)
        {
            return false;
        }

        var last = previous + (ulong)entries.Length;
        var bytes = 0L;
        foreach (ref readonly var entry in entries.Span)
        {
            bytes += EntryLog.BytesOf(entry);
        }

        _state.Send(member.Id, Request(_state.Log.PositionOf(previous), entries));
        member.OnSent(last, bytes, entries.IsEmpty, LogIndex.Min(_state.Commit, last));
        return true;
    }

    /// <summary>Members that keep up are sent the same: one message serves them all.</summary>
    private AppendRequest Request(in LogPosition previous, ReadOnlyMemory<LogEntry> entries)
    {
        if (_lastSent is { } last && last.Term == _state.Term && last.Commit == _state.Commit && last.Previous == previous && last.Entries.Equals(entries))
        {
            return last;
        }

        return _lastSent = new AppendRequest(_state.Term, previous, _state.Commit, entries);
    }
}
