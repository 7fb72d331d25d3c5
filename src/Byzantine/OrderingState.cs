using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>What the parts of a core share in both engines, and the few operations that keep it consistent. Each engine adds its views to it.</summary>
internal abstract class OrderingState
{
    private readonly NodeId[] _others;
    private (Ticks ReadAt, Timestamp Time) _clock;

    protected OrderingState(CoreContext context, ByzantineOptions options, ByzantineIdentity identity)
    {
        Identity = identity;
        Accusations = new Accusations(this);
        Ration = new AnswerRation(this);
        Times = new TimeWatch(this);
        LeaderTime = new LeaderTime(this);
        Now = context.Now;
        Asking = new AskingPace(this);
        Durable = context.Recovered.LastLsn;
        AcceptsWrites = context.Recovered.AcceptsWrites;
        Membership = context.Recovered.Snapshot?.Membership ?? context.Recovered.Bootstrap;
        _others = [.. identity.Members.Members.Select(member => member.Id).Where(id => id != identity.Self)];
        Log = new BlockLog(context.Recovered, (ulong)options.CheckpointBlocks);
        if (context.Recovered.Slots.TryGetValue(StableProofCodec.Slot, out var stable))
        {
            Stable = StableProofCodec.ReadSlot(stable, Members);
        }

        if (Log.Committed < Stable.Number && Log.Last >= Stable.Number)
        {
            Log.CommitTo(Stable.Number);
        }
    }

    public abstract ByzantineOptions Options { get; }

    public ByzantineIdentity Identity { get; }

    /// <summary>Where contradictions are told.</summary>
    public Accusations Accusations { get; }

    /// <summary>How much each member may ask for.</summary>
    public AnswerRation Ration { get; }

    /// <summary>How fast this replica asks the others.</summary>
    public AskingPace Asking { get; }

    /// <summary>Where the times of proposals are compared with the clock.</summary>
    public TimeWatch Times { get; }

    /// <summary>The time that counts against the leader.</summary>
    public LeaderTime LeaderTime { get; }

    public NodeId Self => Identity.Self;

    public SignerSet Members => Identity.Members;

    public ClusterMembership Membership { get; }

    public BlockLog Log { get; }

    public Ticks Now { get; private set; }

    /// <summary>What this replica's wall clock shows. Between two readings the monotonic clock carries it on: a process may be suspended in the middle of a turn.</summary>
    public Timestamp Clock => new(_clock.Time.UnixMilliseconds + (long)(Now - _clock.ReadAt).TotalMilliseconds);

    /// <summary>Takes the effects of the step under way.</summary>
    public EffectBuffer Effects { get; private set; } = new(Lsn.Zero);

    /// <summary>How far the write-ahead log is on disk.</summary>
    public Lsn Durable { get; private set; }

    public bool AcceptsWrites { get; set; }

    public StableProof Stable { get; private set; } = StableProof.Origin;

    /// <summary>Set for good when this replica's state differs from what the others have certified: it votes no more.</summary>
    public bool HasDiverged { get; private set; }

    /// <summary>Who orders commands now, as far as this replica knows; none, if nobody does.</summary>
    public abstract NodeId ServingLeader { get; }

    /// <summary>The view, or the term of several views with one leader, that the replica is in or waits for.</summary>
    public abstract ulong Term { get; }

    /// <summary>Writes down what this replica must still know after a crash when it has said what its state at a checkpoint is.</summary>
    /// <returns>What must be on disk before it says so.</returns>
    public virtual Lsn SaveForCheckpoint() => Lsn.Zero;

    /// <summary>The wall clock was read.</summary>
    public void ReadClock(Ticks now, Timestamp clock) => _clock = (now, clock);

    /// <summary>A step begins.</summary>
    public void Begin(Ticks now, EffectBuffer effects)
    {
        Now = now;
        Effects = effects;
    }

    /// <summary>The write-ahead log is on disk up to a record.</summary>
    public void OnDurable(Lsn lsn)
    {
        Durable = lsn;
        Log.OnDurable(lsn);
    }

    /// <summary>Whether a number may be under way.</summary>
    public bool IsInWindow(SequenceNumber number) => number > Stable.Number && !IsBeyondWindow(number);

    /// <summary>Whether a number may be under way if its block has no batches.</summary>
    public bool IsInReach(SequenceNumber number) => number > Stable.Number && number <= Stable.Number + (ulong)Options.ReachBlocks;

    /// <summary>Whether a number has to wait for the next stable checkpoint.</summary>
    public bool IsBeyondWindow(SequenceNumber number) => number > Stable.Number + (ulong)Options.WindowBlocks;

    public void Send(NodeId to, ProtocolMessage message)
    {
        Invariant.Holds(to != Self, "A replica sends no message to itself.");
        Effects.Send(to, message);
    }

    public void Broadcast(ProtocolMessage message)
    {
        foreach (var other in _others)
        {
            Effects.Send(other, message);
        }
    }

    /// <summary>A checkpoint has become stable: what it covers is voted on no more.</summary>
    public virtual void Stabilize(StableProof proof)
    {
        Invariant.Holds(proof.Number > Stable.Number, "A stable checkpoint is replaced by a later one.");
        Stable = proof;
        Effects.Save(StableProofCodec.Slot, StableProofCodec.SlotValue(proof));
    }

    public void OnDiverged(StableProof proof, in CheckpointContent own)
    {
        HasDiverged = true;
        Effects.Raise(new StateDiverged(own.Position.Index, Self, proof.Content.StateHash, own.StateHash));
    }

    /// <summary>
    /// Blocks before a certified snapshot that nobody may still ask for are forgotten. Snapshot and certificate must be on disk: who comes for what is forgotten here is to get the snapshot here.
    /// </summary>
    public void GiveUpLogBehind(SnapshotDescriptor snapshot)
    {
        if (!Log.TryFindEnd(snapshot.Position.Index, out var number))
        {
            return;
        }

        // What is not stable may still be asked for.
        var covered = SequenceNumber.Min(number, Stable.Number);
        var trailing = (ulong)Options.TrailingBlocks;
        if (covered.Value > trailing)
        {
            Log.Compact(covered - trailing, Effects);
        }
    }
}
