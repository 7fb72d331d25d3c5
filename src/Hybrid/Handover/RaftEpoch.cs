using Consensus.Engine;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid;

/// <summary>What there is in an epoch of Raft besides Raft, so that nothing certified is lost if members lie: floors, what leaders sign, and how a replica ends it.</summary>
internal sealed class RaftEpoch
{
    private readonly RunningEpoch _epoch;
    private readonly HashSet<NodeId> _accused = [];

    /// <param name="epoch">The epoch.</param>
    /// <param name="engine">Who the replica is.</param>
    /// <param name="others">The other members.</param>
    /// <param name="ofAgreement">What that engine had on disk that agrees on the end.</param>
    /// <param name="seed">For that engine.</param>
    public RaftEpoch(RunningEpoch epoch, HybridEngine engine, IReadOnlyList<NodeId> others, RecoveredState ofAgreement, ulong seed)
    {
        _epoch = epoch;
        Floors = new FloorDesk(epoch, engine.Identity, others);
        Marks = new LeaderMarks(epoch, engine.Identity, others);
        Snapshots = new SnapshotWitnesses(epoch, others);
        Leaders = new LeaderWatch(epoch, engine.Options.ClockErrorMax);
        End = new RaftEnd(epoch, engine, Floors, others, ofAgreement, seed);
    }

    /// <summary>What is certified.</summary>
    public FloorDesk Floors { get; }

    /// <summary>What leaders have signed.</summary>
    public LeaderMarks Marks { get; }

    /// <summary>Which snapshots of others may be taken.</summary>
    public SnapshotWitnesses Snapshots { get; }

    /// <summary>Which leaders contradict themselves.</summary>
    public LeaderWatch Leaders { get; }

    /// <summary>How the replica ends the epoch.</summary>
    public RaftEnd End { get; }

    /// <summary>When something is due as long as the replica has not ended the epoch.</summary>
    public Ticks Deadline => Ticks.Min(Floors.Deadline, Marks.Deadline);

    /// <summary>What was on disk when the replica was started.</summary>
    /// <param name="found">The epochs.</param>
    /// <param name="snapshot">The newest snapshot, if there is one.</param>
    /// <param name="older">The others of the epoch, in their order.</param>
    /// <param name="now">The time.</param>
    public void Recover(RecoveredEpochs found, SnapshotDescriptor? snapshot, IEnumerable<SnapshotDescriptor> older, Ticks now)
    {
        foreach (var saved in older)
        {
            Snapshots.OnSaved(saved);
        }

        if (snapshot is not null)
        {
            Snapshots.OnSaved(snapshot);
        }

        if (found.Floor is { } floor)
        {
            Floors.Recover(floor, now);
        }

        Floors.RecoverSnapshots(found.OfEngine.Snapshot, found.Early);

        if (found.Report is { } report)
        {
            End.Recover(report, found.Cause, now);
        }
    }

    /// <summary>A message about floors, which was checked.</summary>
    public void OnMessage(NodeId from, IFloorMessage message, Ticks now, EffectBuffer effects)
    {
        switch (message)
        {
            case MarkNotice mark:
                OnMark(mark, now, effects);
                break;
            case SnapshotQuestion question:
                Snapshots.OnQuestion(from, question, Floors.CertifiedInLog, now, effects);
                break;
            case SnapshotWitness witness:
                Snapshots.OnWitness(from, witness);
                break;
            default:
                Floors.OnMessage(from, message, now, effects);
                break;
        }
    }

    /// <summary>The state was hashed at a place that the log marks.</summary>
    public void OnMarked(in FloorContent content, Ticks now, EffectBuffer effects) => Marks.OnMarked(content, now, effects);

    /// <summary>
    /// Whether a message is part of a state that must not be taken: above the floor that is known here, for with it the replica could not say any more which entries it has there; or one that nobody but the sender vouches for. It comes again.
    /// </summary>
    public bool KeepsFrom(NodeId from, ProtocolMessage message, Ticks now, EffectBuffer effects) =>
        message is Raft.Messages.SnapshotChunk { Snapshot: var snapshot } && !(Floors.Reaches(snapshot.Position.Index, from, now, effects) && Snapshots.Believes(from, snapshot, now, effects));

    private void OnMark(MarkNotice mark, Ticks now, EffectBuffer effects)
    {
        if (Marks.OnMark(mark, now, effects) is { } evidence && _accused.Add(evidence.Signer))
        {
            effects.Keep(evidence);
            effects.Raise(new EquivocationDetected(evidence.Signer, evidence.About, evidence.ComputeDigest()));
        }
    }

    /// <summary>Gets on with floors, as long as the replica has not ended the epoch.</summary>
    public void Advance(Ticks now, Lsn durable, EffectBuffer effects)
    {
        if (Marks.TakeReady() is { } content)
        {
            Floors.OnMarked(content, now, effects);
        }

        Marks.Advance(Floors.Held?.Position.Index ?? LogIndex.Zero, now, effects);
        Floors.Advance(now, durable, effects);
        if (Floors.TakeReleased() is { } saved)
        {
            _epoch.Step(now, saved, effects);
        }

        if (Floors.TakeSendable() is { } sendable)
        {
            effects.KeepSnapshots(_epoch.Scope.Keeping([sendable]));
        }
    }
}
