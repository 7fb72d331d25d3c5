using Consensus.Engine;
using Consensus.Raft.Membership;
using Consensus.Raft.Quorum;

namespace Consensus.Raft;

/// <summary>
/// The state that the parts of the core share, and the few operations that keep it consistent: log and configuration change together,
/// term and vote are saved together.
/// </summary>
internal sealed class RaftState
{
    private const int ElectionsToTrustSpace = 10;

    private readonly MembershipHistory _memberships;
    private LogIndex _handedOver;
    private Ticks _freeAgainUntil;
    private long _reserveUsed;

    public RaftState(CoreContext context, RaftOptions options)
    {
        Options = options;
        Self = context.Self;
        Epoch = context.Epoch;
        Now = context.Now;
        Random = new DeterministicRandom(context.Seed);

        var recovered = context.Recovered;
        Log = new EntryLog(recovered);
        Snapshot = recovered.Snapshot;
        Commit = recovered.Applied;
        _handedOver = Commit;
        AcceptsWrites = recovered.AcceptsWrites;
        (Term, VotedFor) = HardState.Read(recovered);
        Invariant.Holds(Commit >= Log.Base.Index, "The log begins after what is applied.");
        Invariant.Holds(Commit <= Log.LastIndex, "The log reaches at least to what is applied.");

        // Membership comes from the snapshot and the log; the bootstrap configuration counts only until either says otherwise.
        _memberships = Snapshot is null
            ? new MembershipHistory(Commit, recovered.Bootstrap, options.SharesHonest)
            : new MembershipHistory(Commit, Snapshot.Membership, options.SharesHonest);
        for (var index = Commit.Next; index <= Log.LastIndex; index = index.Next)
        {
            NoteMembership(Log[index]);
        }
    }

    public RaftOptions Options { get; }

    public NodeId Self { get; }

    public Epoch Epoch { get; }

    public DeterministicRandom Random { get; }

    public EntryLog Log { get; }

    /// <summary>The newest snapshot on this replica's disk.</summary>
    public SnapshotDescriptor? Snapshot { get; private set; }

    public Ticks Now { get; set; }

    /// <summary>Takes the effects of the step under way.</summary>
    public EffectBuffer Effects { get; set; } = new(Lsn.Zero);

    public Term Term { get; private set; }

    public NodeId VotedFor { get; private set; }

    public ReplicaRole Role { get; set; } = ReplicaRole.Follower;

    public NodeId Leader { get; set; }

    public LogIndex Commit { get; private set; }

    public bool AcceptsWrites { get; private set; }

    /// <summary>
    /// What this replica tells its leader about its disk. It remembers for itself that it was full a short while ago, as leaders come and go:
    /// disks on the edge must not pass leadership round and round.
    /// </summary>
    public DiskSpace Space => !AcceptsWrites ? DiskSpace.Full : Now < _freeAgainUntil ? DiskSpace.FreeAgain : DiskSpace.Free;

    public bool IsLeader => Role == ReplicaRole.Leader;

    public ClusterMembership Membership => _memberships.Current;

    public LogIndex MembershipIndex => _memberships.CurrentIndex;

    public JointQuorum Quorum => _memberships.Quorum;

    /// <summary>Whether this replica votes in the configuration in effect.</summary>
    public bool IsVoter => Quorum.Contains(Self);

    /// <summary>
    /// Whether this replica may stand for election. One that a configuration leaves out still may until that configuration is committed: it
    /// may be the only one that has it. (Nodes 2 and 3 lead each other; 3 appends the configuration without itself and loses contact before 2
    /// has it. 2 cannot win, its log is shorter than 3's; only 3 can lead, commit, and go. Thesis, section 4.2.2.)
    /// </summary>
    public bool MayCampaign => IsVoter || (MembershipIndex > Commit && _memberships.VotedBefore(Self));

    /// <summary>Whether the next place where a snapshot may be taken is waited for.</summary>
    public bool IsCheckpointWanted { get; set; }

    /// <summary>Asks for a snapshot as soon as one may be taken.</summary>
    public void RequestSnapshot()
    {
        IsCheckpointWanted = true;
        Effects.Request(new TakeSnapshot());
    }

    /// <summary>The disk filled up, or has space again.</summary>
    public void OnSpaceChanged(bool acceptsWrites)
    {
        AcceptsWrites = acceptsWrites;
        if (acceptsWrites)
        {
            _reserveUsed = 0;
            _freeAgainUntil = Now + (Options.ElectionTimeoutMax * ElectionsToTrustSpace);
        }
    }

    /// <summary>
    /// Counts an entry that is taken although the disk is full. While it is, all of them together take no more than a leader leaves
    /// uncommitted.
    /// </summary>
    /// <returns>Whether it may be taken.</returns>
    public bool TryUseReserve(long bytes)
    {
        if (_reserveUsed >= Options.UncommittedBytesMax)
        {
            return false;
        }

        _reserveUsed += bytes;
        return true;
    }

    /// <summary>Enters a term, or votes in it, and saves both.</summary>
    public void SaveTermAndVote(Term term, NodeId votedFor)
    {
        Invariant.Holds(term > Term || (term == Term && (VotedFor == NodeId.None || VotedFor == votedFor)), "A term never goes back, and a vote is given once.");
        if (term == Term && votedFor == VotedFor)
        {
            return;
        }

        Term = term;
        VotedFor = votedFor;
        Effects.Save(HardState.Slot, new HardState(term, votedFor).ToBytes());
    }

    /// <summary>Sends a message to another replica.</summary>
    public void Send(NodeId to, ProtocolMessage message)
    {
        Invariant.Holds(to != Self, "A replica sends no message to itself.");
        Effects.Send(to, message);
    }

    /// <summary>Appends an entry of this leader's term.</summary>
    /// <returns>Its index.</returns>
    public LogIndex Append(EntryKind kind, Timestamp time, ReadOnlySpan<byte> payload)
    {
        Invariant.Holds(IsLeader, "Only a leader creates entries.");

        // The log's time never goes back, whatever the clocks of successive leaders do.
        var last = Log.LastIndex > Log.Base.Index ? Log[Log.LastIndex].Time : Snapshot?.Time ?? default;
        var index = Log.Append(Term, kind, time > last ? time : last, payload, Effects);
        NoteMembership(Log[index]);
        return index;
    }

    /// <summary>Appends an entry of a leader, as it came.</summary>
    public void AppendCopy(in LogEntry entry)
    {
        var index = Log.Append(entry.Term, entry.Kind, entry.Time, entry.Payload.Span, Effects);
        Invariant.Holds(index == entry.Index, "Entries are appended in order.");
        NoteMembership(Log[index]);
    }

    /// <summary>Voids uncommitted entries that a leader does not have.</summary>
    public void Truncate(LogIndex first)
    {
        Invariant.Holds(first > Commit, "A committed entry is never truncated.");
        Log.Truncate(first, Effects);
        if (_memberships.Truncate(first))
        {
            RaiseMembership();
        }
    }

    /// <summary>The log up to <paramref name="index"/> is committed.</summary>
    public void CommitTo(LogIndex index)
    {
        Invariant.Holds(index <= Log.LastIndex, "Only entries in the log are committed.");
        Commit = LogIndex.Max(Commit, index);
    }

    /// <summary>Hands entries that are committed by now to the state machine, each once.</summary>
    public void HandOverCommitted()
    {
        while (_handedOver < Commit)
        {
            _handedOver = _handedOver.Next;
            Effects.Commit(Log[_handedOver]);
        }
    }

    /// <summary>A snapshot of the own state is on disk: the log may forget most of what it covers.</summary>
    public void OnSnapshotSaved(SnapshotDescriptor snapshot)
    {
        var index = snapshot.Position.Index;
        if (Snapshot is not null && index <= Snapshot.Position.Index)
        {
            return;
        }

        Invariant.Holds(index <= Commit, "Only what is committed is applied.");
        Invariant.Holds(Log.PositionOf(index) == snapshot.Position, "A snapshot covers this very log.");
        Snapshot = snapshot;
        CompactBehind(index);
    }

    /// <summary>A peer's snapshot replaces log, configuration and state.</summary>
    public void Install(SnapshotDescriptor snapshot)
    {
        var index = snapshot.Position.Index;
        Invariant.Holds(index > Commit, "Only a snapshot that is ahead is installed.");
        Log.Rebase(snapshot.Position, Effects);
        _memberships.Reset(index, snapshot.Membership);
        Snapshot = snapshot;
        Commit = index;
        _handedOver = index;
        Effects.InstallSnapshot(snapshot);
        RaiseMembership();
    }

    /// <summary>
    /// A leader's snapshot replaces a state that was wrong, although the log has what it covers: what is committed after it is applied again.
    /// </summary>
    public void ReplaceState(SnapshotDescriptor snapshot)
    {
        var index = snapshot.Position.Index;
        Invariant.Holds(Log.PositionOf(index) == snapshot.Position, "A state is replaced by one of this very log.");
        CommitTo(index);
        Snapshot = snapshot;
        _handedOver = index;
        Effects.InstallSnapshot(snapshot);

        // The state machine may be far behind, still reading what the snapshot covers: none of that memory is used again.
        Log.AbandonPayloads();
        CompactBehind(index);
    }

    private void CompactBehind(LogIndex snapshotIndex)
    {
        var keepFrom = snapshotIndex.Value > (ulong)Options.TrailingEntries ? snapshotIndex - (ulong)Options.TrailingEntries : LogIndex.Zero;
        var bytes = 0L;
        var first = snapshotIndex;
        while (first > keepFrom && first > Log.Base.Index && (bytes += Log[first].Payload.Length) <= Options.TrailingBytesMax)
        {
            first -= 1;
        }

        Log.Compact(first, Effects);
        _memberships.Compact(first);
    }

    private void NoteMembership(in LogEntry entry)
    {
        if (entry.Kind == EntryKind.Membership)
        {
            _memberships.Append(entry.Index, MembershipCodec.Decode(entry.Payload.Span));
            RaiseMembership();
        }
    }

    private void RaiseMembership() => Effects.Raise(new MembershipChanged(Membership, MembershipIndex));
}
