using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>What this replica has for those who are too far behind: its newest snapshots, part by part.</summary>
internal sealed class SnapshotOffers
{
    private readonly OrderingState _state;
    private readonly List<SnapshotDescriptor> _snapshots = [];
    private readonly SortedSet<NodeId> _reading = [];

    public SnapshotOffers(OrderingState state, RecoveredState recovered)
    {
        _state = state;
        if (recovered.Snapshot is { } snapshot)
        {
            Add(snapshot);
        }
    }

    /// <summary>A snapshot is on disk, this replica's own or a peer's.</summary>
    public void Add(SnapshotDescriptor snapshot)
    {
        if (_snapshots.Contains(snapshot))
        {
            return;
        }

        _snapshots.Add(snapshot);
        if (_snapshots.Count > SnapshotOffer.CountMax)
        {
            _snapshots.RemoveAt(0);
        }
    }

    /// <summary>Somebody needs a snapshot.</summary>
    public void OnRequest(NodeId from, SnapshotRequest request)
    {
        _state.Send(from, new SnapshotOffer([.. _snapshots.Where(snapshot => BlockLog.NumberOf(snapshot) > request.After)]));
        if (request.NeedsNew && IsNewDue)
        {
            // Replicas that are asked at the same time take it at the same checkpoint: the next one.
            _state.Effects.Request(new TakeSnapshot());
        }
    }

    /// <summary>Somebody needs a part of one.</summary>
    public void OnPartRequest(NodeId from, SnapshotPartRequest request)
    {
        var snapshot = _snapshots.Find(snapshot => snapshot.Position.Index == request.Index && snapshot.Checksum == request.Checksum);
        if (snapshot is null || request.Offset > snapshot.Length)
        {
            _state.Send(from, new SnapshotPart(request.Index, request.Offset, default));
        }
        else if (_reading.Add(from))
        {
            _state.Effects.Request(new ReadSnapshotChunk(from, snapshot, request.Offset, _state.Options.CatchUpBytes));
        }
    }

    /// <summary>The part was read.</summary>
    public void OnRead(SnapshotChunkRead read)
    {
        _reading.Remove(read.For);
        _state.Send(read.For, new SnapshotPart(read.Snapshot.Position.Index, read.Offset, read.Data));
    }

    /// <summary>Whether enough was ordered since the last snapshot that nobody can have them taken one after the other.</summary>
    private bool IsNewDue =>
        _snapshots.Count == 0 || BlockLog.NumberOf(_snapshots[^1]) + (ulong)_state.Options.CheckpointBlocks <= _state.Log.Committed;
}
