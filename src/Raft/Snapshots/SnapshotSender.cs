using Consensus.Engine;
using Consensus.Raft.Messages;
using Consensus.Raft.Replication;

namespace Consensus.Raft.Snapshots;

/// <summary>
/// Sends the leader's newest snapshot to members that need entries which the log has no more (section 7): part by part, resumed where the
/// member stopped, begun anew with a newer snapshot only if the one on its way is gone.
/// </summary>
internal sealed class SnapshotSender(RaftState state)
{
    /// <summary>Starts a transfer. Without a snapshot there is nothing to send yet: the member is asked again later.</summary>
    public void Begin(Progress member)
    {
        if (state.Snapshot is { } snapshot)
        {
            member.BecomeSnapshot(new SnapshotTransfer(snapshot, state.Now));
        }
    }

    /// <summary>
    /// Sends a snapshot to a member whose log is in order but whose state is not. If the newest one is too old for it, a new one is taken
    /// first, and the member asks again.
    /// </summary>
    public void OnRepairRequested(Progress member, LogIndex atLeast)
    {
        if (member.State == ProgressState.Snapshot)
        {
            return;
        }

        if (state.Snapshot is { } snapshot && snapshot.Position.Index >= atLeast)
        {
            member.BecomeSnapshot(new SnapshotTransfer(snapshot, state.Now));
        }
        else
        {
            state.RequestSnapshot();
        }
    }

    /// <summary>Asks the disk for the next part, if the member waits for one.</summary>
    public void SendNext(Progress member)
    {
        if (member.Transfer is not { } transfer)
        {
            return;
        }

        if (transfer.IsWaiting && state.Now >= transfer.ProgressAt + state.Options.ElectionTimeoutMax)
        {
            transfer.Retry(state.Now);
        }

        if (!transfer.IsWaiting)
        {
            transfer.OnRequested();
            state.Effects.Request(new ReadSnapshotChunk(member.Id, transfer.Snapshot, transfer.Offset, state.Options.SnapshotChunkBytes));
        }
    }

    public void OnChunkRead(Progress member, SnapshotChunkRead chunk)
    {
        if (member.Transfer is not { } transfer || transfer.Snapshot != chunk.Snapshot || transfer.Offset != chunk.Offset)
        {
            return;
        }

        if (chunk.Data.IsEmpty && chunk.Offset < chunk.Snapshot.Length)
        {
            OnGone(member, transfer);
            return;
        }

        state.Send(member.Id, new SnapshotChunk(state.Term, chunk.Snapshot, chunk.Offset, chunk.Data));
    }

    public void OnProgress(Progress member, SnapshotProgress answer)
    {
        if (member.Transfer is { } transfer && transfer.Snapshot.Position.Index == answer.SnapshotIndex)
        {
            transfer.OnStored(Math.Clamp(answer.NextOffset, 0, transfer.Snapshot.Length), state.Now);
            if (transfer.Offset == transfer.Snapshot.Length)
            {
                // A state was repaired: the log goes on where it was. (One that began anew with a snapshot says so by accepting.)
                member.BecomeProbe();
            }
        }
    }

    private void OnGone(Progress member, SnapshotTransfer transfer)
    {
        if (state.Snapshot != transfer.Snapshot)
        {
            // A newer snapshot has replaced it on disk.
            Begin(member);
            return;
        }

        // The newest one itself was damaged and dropped: another must be taken. Asking for this one again at once would never end, so the
        // transfer waits for its retry. A state that has not moved on gives no other snapshot: an empty entry moves it.
        if (state.Log.LastIndex == transfer.Snapshot.Position.Index)
        {
            state.Append(EntryKind.NoOp, default, default);
        }

        state.RequestSnapshot();
    }
}
