using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>The new primary's start of a view: why it may begin, and with which blocks.</summary>
/// <param name="AfterLsn">What must be on disk first.</param>
/// <param name="View">The view.</param>
/// <param name="ViewChanges">A quorum of view changes, in the order of their replicas.</param>
/// <param name="Reissues">The blocks that follow from them, in the order of the numbers.</param>
/// <param name="Signature">The new primary's signature.</param>
internal sealed record NewView(Lsn AfterLsn, ViewNumber View, ViewChange[] ViewChanges, Reissue[] Reissues, Signature Signature) : PromiseMessage(AfterLsn)
{
    /// <summary>The size of the message, about.</summary>
    public long Bytes => ViewChanges.Sum(change => change.Bytes) + ((long)Reissues.Length * PreparedProof.OwnBytes);

    /// <summary>What the signature covers beside cluster, epoch, kind and view.</summary>
    public static Digest ContentDigest(ReadOnlySpan<ViewChange> viewChanges, ReadOnlySpan<Reissue> reissues)
    {
        var hasher = new Blake3Hasher();
        Span<byte> buffer = stackalloc byte[8 + Digest.Size];
        hasher.Update("consensus-newvw1"u8);
        foreach (var viewChange in viewChanges)
        {
            BinaryPrimitives.WriteUInt64BigEndian(buffer, viewChange.Replica.Value);
            viewChange.ComputeDigest().CopyTo(buffer[8..]);
            hasher.Update(buffer);
        }

        foreach (ref readonly var reissue in reissues)
        {
            BinaryPrimitives.WriteUInt64BigEndian(buffer, reissue.Number.Value);
            reissue.Digest.CopyTo(buffer[8..]);
            hasher.Update(buffer);
        }

        return hasher.Finalize();
    }
}
