using Consensus.Engine;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Audit;

/// <summary>
/// A replica's way back when its state is not what the majority has: no more snapshots of its own, then a snapshot from the leader in place of
/// the state, then the entries after it once more. The log is right all the time and stays.
/// </summary>
internal sealed class StateRepair(RaftState state)
{
    private readonly StateHashes _own = new();
    private bool _isSuspended;

    /// <summary>Whether the state is known to be wrong: until it is repaired, nothing is read from it, and this replica should not lead.</summary>
    public bool IsNeeded { get; private set; }

    /// <summary>The own state was hashed.</summary>
    public void OnHashed(LogIndex index, Digest hash) => _own.Add(index, hash);

    /// <summary>The majority has another state.</summary>
    public void OnVerdict(StateVerdict verdict)
    {
        if (IsNeeded || !_own.TryGet(verdict.Index, out var own) || own == verdict.Hash)
        {
            return;
        }

        IsNeeded = true;
        state.Effects.Request(new SuspendSnapshots());
        if (!state.IsLeader)
        {
            // A leader has raised it as the one who found out.
            state.Effects.Raise(new StateDiverged(verdict.Index, state.Self, verdict.Hash, own.Value));
        }
    }

    public void OnSuspended() => _isSuspended = true;

    /// <summary>The leader lives: it is asked, again and again, until a snapshot has arrived.</summary>
    public void OnHeartbeat(NodeId leader)
    {
        if (IsNeeded && _isSuspended)
        {
            state.Send(leader, new RepairRequest(state.Term, state.Snapshot?.Position.Index ?? LogIndex.Zero));
        }
    }

    /// <summary>
    /// Whether a snapshot may take the state's place although what it covers is committed here. A leader hands over first: its part in the log
    /// must not be compacted under it.
    /// </summary>
    public bool Wants(SnapshotDescriptor snapshot) =>
        IsNeeded
        && !state.IsLeader
        && _isSuspended
        && snapshot.Position.Index >= (state.Snapshot?.Position.Index ?? LogIndex.Zero)
        && state.Log.Knows(snapshot.Position.Index)
        && state.Log.PositionOf(snapshot.Position.Index) == snapshot.Position;

    /// <summary>A snapshot is about to replace the state.</summary>
    public void OnReplaced()
    {
        IsNeeded = false;
        _isSuspended = false;
        _own.Clear();
    }
}
