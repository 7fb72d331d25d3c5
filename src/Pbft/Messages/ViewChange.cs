using System.Buffers.Binary;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>A replica has left the views before <paramref name="View"/>.</summary>
/// <param name="AfterLsn">What must be on disk first.</param>
/// <param name="Replica">Who has.</param>
/// <param name="View">The view it goes to.</param>
/// <param name="Stable">Its stable checkpoint.</param>
/// <param name="Prepared">What was prepared there after the checkpoint, in the order of the numbers: for each the proof of the highest view.</param>
/// <param name="Signature">Its signature.</param>
internal sealed record ViewChange(Lsn AfterLsn, NodeId Replica, ViewNumber View, StableProof Stable, PreparedProof[] Prepared, Signature Signature) : PromiseMessage(AfterLsn)
{
    /// <summary>The size of the message, about: what was prepared with its proofs is the most of it.</summary>
    public long Bytes => Prepared.Sum(proof => PreparedProof.OwnBytes + ((long)proof.Prepares.Signatures.Length * PreparedProof.SignatureBytes));

    /// <summary>What is signed beside the view: the checkpoint, and what was prepared. Signatures inside are left out; they are checked for themselves.</summary>
    public static Digest ContentDigest(StableProof stable, ReadOnlySpan<PreparedProof> prepared)
    {
        const int EachSize = 8 + 8 + Digest.Size;
        var bytes = new byte[16 + Digest.Size + (prepared.Length * EachSize)];
        "consensus-viewch"u8.CopyTo(bytes);
        stable.Content.ComputeDigest().CopyTo(bytes.AsSpan(16));
        var rest = bytes.AsSpan(16 + Digest.Size);
        foreach (var proof in prepared)
        {
            BinaryPrimitives.WriteUInt64BigEndian(rest, proof.View.Value);
            BinaryPrimitives.WriteUInt64BigEndian(rest[8..], proof.Number.Value);
            proof.Digest.CopyTo(rest[16..]);
            rest = rest[EachSize..];
        }

        return Blake3.Hash(bytes);
    }

    /// <summary>What the signature covers beside cluster, epoch, kind and view.</summary>
    public Digest ComputeDigest() => ContentDigest(Stable, Prepared);
}
