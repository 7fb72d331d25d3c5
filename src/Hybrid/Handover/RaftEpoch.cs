using Consensus.Engine;
using Consensus.Hybrid.Messages;

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
        End = new RaftEnd(epoch, engine, Floors, others, ofAgreement, seed);
    }

    /// <summary>What is certified.</summary>
    public FloorDesk Floors { get; }

    /// <summary>What leaders have signed.</summary>
    public LeaderMarks Marks { get; }

    /// <summary>How the replica ends the epoch.</summary>
    public RaftEnd End { get; }

    /// <summary>When something is due as long as the replica has not ended the epoch.</summary>
    public Ticks Deadline => Ticks.Min(Floors.Deadline, Marks.Deadline);

    /// <summary>What was on disk when the replica was started.</summary>
    public void Recover(RecoveredEpochs found, Ticks now)
    {
        if (found.Floor is { } floor)
        {
            Floors.Recover(floor, now);
        }

        if (found.Report is { } report)
        {
            End.Recover(report, found.Cause, now);
        }
    }

    /// <summary>A message about floors, which was checked.</summary>
    public void OnMessage(NodeId from, IFloorMessage message, Ticks now, EffectBuffer effects)
    {
        if (message is not MarkNotice mark)
        {
            Floors.OnMessage(from, message, now, effects);
        }
        else if (Marks.OnMark(mark, now, effects) is { } evidence && _accused.Add(evidence.Signer))
        {
            effects.Keep(evidence);
            effects.Raise(new EquivocationDetected(evidence.Signer, evidence.About, evidence.ComputeDigest()));
        }
    }

    /// <summary>The state was hashed at a place that the log marks.</summary>
    public void OnMarked(in FloorContent content, Ticks now, EffectBuffer effects) => Marks.OnMarked(content, now, effects);

    /// <summary>Whether a message is part of a state above the floor that is known here: with it the replica could not say any more which entries it has there. It comes again; until then the floor may be known.</summary>
    public bool LiesAboveFloor(NodeId from, ProtocolMessage message, Ticks now, EffectBuffer effects) =>
        message is Raft.Messages.SnapshotChunk chunk && !Floors.Reaches(chunk.Snapshot.Position.Index, from, now, effects);

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
    }
}
