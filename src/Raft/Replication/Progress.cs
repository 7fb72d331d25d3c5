using Consensus.Engine;
using Consensus.Raft.Snapshots;

namespace Consensus.Raft.Replication;

/// <summary>What a leader knows about one member, itself included.</summary>
internal sealed class Progress
{
    public Progress(NodeId id, LogIndex next, RaftOptions options)
    {
        Id = id;
        Next = next;
        Inflight = new Inflight(options.InflightMessagesMax, options.InflightBytesMax);
    }

    public NodeId Id { get; }

    public ProgressState State { get; private set; } = ProgressState.Probe;

    /// <summary>The last entry that the member is known to have on disk. It goes back only if the member has lost it: see <see cref="StepBack"/>.</summary>
    public LogIndex Match { get; private set; }

    /// <summary>The next entry to send.</summary>
    public LogIndex Next { get; private set; }

    /// <summary>The commit index that was last sent.</summary>
    public LogIndex CommitSent { get; private set; }

    /// <summary>The last entry whose commit the member waits for: it has forwarded that command, or a read that is to see it.</summary>
    public LogIndex CommitAwaited { get; private set; }

    public Inflight Inflight { get; }

    /// <summary>
    /// Whether a message was heard since the last check of the quorum. A new member counts as heard: it gets a whole check to answer first.
    /// </summary>
    public bool IsActive { get; private set; } = true;

    /// <summary>When a message was heard last in this term; nothing, before the first.</summary>
    public Ticks? HeardAt { get; private set; }

    /// <summary>What the member said last about the space on its disk; nothing, before it has answered a heartbeat of this term.</summary>
    public DiskSpace? Space { get; private set; }

    /// <summary>When it said so.</summary>
    public Ticks SpaceToldAt { get; private set; }

    /// <summary>The last round of heartbeats that the member has answered in this term.</summary>
    public ulong RoundAnswered { get; set; }

    /// <summary>The last round of heartbeats that was sent to the member.</summary>
    private ulong RoundSent { get; set; }

    /// <summary>The last round that was sent before the probe under way.</summary>
    private ulong ProbeRound { get; set; }

    /// <summary>In <see cref="ProgressState.Probe"/>: a probe is on its way. Cleared by any answer.</summary>
    public bool IsProbing { get; private set; }

    /// <summary>In <see cref="ProgressState.Snapshot"/>: what is being sent.</summary>
    public SnapshotTransfer? Transfer { get; private set; }

    /// <summary>Whether entries may be sent now.</summary>
    public bool CanSend => State switch
    {
        ProgressState.Probe => !IsProbing,
        ProgressState.Replicate => !Inflight.IsFull,
        ProgressState.Snapshot => false,
    };

    /// <summary>A message was heard from the member.</summary>
    public void OnHeard(Ticks now) => (IsActive, HeardAt) = (true, now);

    /// <summary>The member has told about its disk.</summary>
    public void OnSpaceTold(DiskSpace space, Ticks now) => (Space, SpaceToldAt) = (space, now);

    /// <summary>The next check of the quorum counts those who are heard from now on.</summary>
    public void BeginCheck() => IsActive = false;

    /// <summary>The member has everything up to <paramref name="match"/>.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Advance(LogIndex match)
    {
        IsProbing = false;
        Inflight.FreeUpTo(match);
        Next = LogIndex.Max(Next, match.Next);
        if (match <= Match)
        {
            return false;
        }

        Match = match;
        return true;
    }

    /// <summary>
    /// The member rejected entries after <paramref name="rejected"/>; they may agree at <paramref name="hint"/>.
    /// </summary>
    /// <remarks>
    /// A member that rejects what it once acknowledged has lost it: the last batch on its disk was damaged and looked like a torn write, and
    /// was cut when it started. It has broken a promise, but to insist on it would leave the member behind for as long as this leader leads.
    /// To believe in less than there is costs a message at most, and the commit index does not go back with it.
    /// </remarks>
    /// <returns>Whether the rejection was current; a stale one (duplicated, reordered) changes nothing.</returns>
    public bool StepBack(LogIndex rejected, LogIndex hint)
    {
        var stale = State == ProgressState.Replicate ? rejected <= Match : Next != rejected.Next;
        if (stale)
        {
            return false;
        }

        if (rejected == Match)
        {
            Match = LogIndex.Min(Match, hint);
        }

        Next = LogIndex.Max(LogIndex.Min(rejected, hint.Next), Match.Next);
        Become(ProgressState.Probe);
        return true;
    }

    /// <summary>A message with entries up to <paramref name="last"/> (or none) was sent.</summary>
    public void OnSent(LogIndex last, long bytes, bool isEmpty, LogIndex commit)
    {
        CommitSent = commit;
        switch (State)
        {
            case ProgressState.Probe:
                IsProbing = true;
                ProbeRound = RoundSent;
                break;
            case ProgressState.Replicate:
                if (!isEmpty)
                {
                    Next = last.Next;
                    Inflight.Add(last, bytes);
                }

                break;
            case ProgressState.Snapshot:
                break;
        }
    }

    /// <summary>The member waits to hear that <paramref name="index"/> is committed.</summary>
    public void AwaitCommit(LogIndex index) => CommitAwaited = LogIndex.Max(CommitAwaited, index);

    public void OnHeartbeatSent(LogIndex commit, ulong round)
    {
        CommitSent = LogIndex.Max(CommitSent, commit);
        RoundSent = round;
    }

    public void BecomeReplicate()
    {
        Become(ProgressState.Replicate);
        Next = Match.Next;
    }

    public void BecomeProbe()
    {
        Become(ProgressState.Probe);
        Next = Match.Next;
    }

    public void BecomeSnapshot(SnapshotTransfer transfer)
    {
        Become(ProgressState.Snapshot);
        Transfer = transfer;
    }

    /// <summary>A heartbeat was answered. If it was sent after the probe, the probe or its answer is lost: another may go out.</summary>
    public void ResumeProbe() => IsProbing &= RoundAnswered <= ProbeRound;

    private void Become(ProgressState state)
    {
        State = state;
        IsProbing = false;
        Transfer = null;
        Inflight.Clear();
    }
}
