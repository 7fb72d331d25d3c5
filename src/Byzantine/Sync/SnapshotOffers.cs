using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>What this replica has for those who are too far behind: its newest certified snapshot, part by part, each with its proof.</summary>
/// <param name="state">The replica's state.</param>
/// <param name="snapshots">Knows the snapshot.</param>
internal sealed class SnapshotOffers(OrderingState state, SnapshotDesk snapshots)
{
    private readonly SortedSet<NodeId> _reading = [];

    private int PartSize => Blake3Outline.PartSizeWithin(state.Options.CatchUpBytes);

    /// <summary>Somebody needs a snapshot.</summary>
    public void OnRequest(NodeId from, SnapshotRequest request)
    {
        if (snapshots.Certified is { } certified && certified.Number > request.After)
        {
            state.Ration.Charge(from, AnswerPart.Of(certified.Certificate));
            state.Send(from, new SnapshotOffer(certified));
        }
    }

    /// <summary>Somebody needs a part of one.</summary>
    public void OnPartRequest(NodeId from, SnapshotPartRequest request)
    {
        if (snapshots.Find(request.Index, request.Checksum) is not { } snapshot || request.Offset > snapshot.Length || request.Offset % PartSize != 0)
        {
            state.Send(from, new SnapshotPart(request.Index, request.Offset, default, default));
        }
        else if (_reading.Add(from))
        {
            state.Ration.Charge(from, AnswerPart.OfBytes(PartSize));
            state.Effects.Request(new ReadSnapshotChunk(from, snapshot, request.Offset, PartSize, WithProof: true));
        }
    }

    /// <summary>The part was read.</summary>
    public void OnRead(SnapshotChunkRead read)
    {
        _reading.Remove(read.For);
        state.Send(read.For, new SnapshotPart(read.Snapshot.Position.Index, read.Offset, read.Data, read.Proof));
    }
}
