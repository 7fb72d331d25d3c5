using Consensus.Engine;

namespace Consensus.Raft.Snapshots;

/// <summary>A snapshot on its way to one member, part by part; each part waits for the answer to the one before.</summary>
internal sealed class SnapshotTransfer(SnapshotDescriptor snapshot, Ticks now)
{
    public SnapshotDescriptor Snapshot { get; } = snapshot;

    /// <summary>Where the next part begins: how much the member has stored.</summary>
    public long Offset { get; private set; }

    /// <summary>A part is being read from disk, or is on its way.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>When the transfer last got on; a part that is not answered for long is sent again from <see cref="Offset"/>.</summary>
    public Ticks ProgressAt { get; private set; } = now;

    public void OnRequested() => IsWaiting = true;

    /// <summary>The member has stored everything up to <paramref name="offset"/>.</summary>
    public void OnStored(long offset, Ticks now)
    {
        if (offset <= Offset)
        {
            // It got no further (full disk, wrong checksum): going on at once would spin. The retry after a while begins there.
            Offset = offset;
            return;
        }

        Offset = offset;
        ProgressAt = now;
        IsWaiting = false;
    }

    public void Retry(Ticks now)
    {
        ProgressAt = now;
        IsWaiting = false;
    }
}
