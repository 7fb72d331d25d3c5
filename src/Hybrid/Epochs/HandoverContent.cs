using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>What a replica says when it has ended an epoch, and signs once: which one follows and where it begins, and what its state is there, sessions included.</summary>
/// <param name="Next">The epoch that follows.</param>
/// <param name="StateHash">The hash of the state at its beginning.</param>
internal sealed record HandoverContent(EpochDescriptor Next, Digest StateHash)
{
    private const int HashedSize = 2 * Digest.Size;

    /// <summary>What is signed, in the domain of the epoch that ends.</summary>
    public Digest Hash
    {
        get
        {
            Span<byte> bytes = stackalloc byte[HashedSize];
            Next.Id.CopyTo(bytes);
            StateHash.CopyTo(bytes[Digest.Size..]);
            return Blake3.Hash(bytes);
        }
    }

    /// <summary>Where in the domain: one statement of each member for each epoch.</summary>
    public SequenceNumber Place => new(Next.Number.Value);

    public void Write(ref MessagePackWriter writer)
    {
        Next.Write(ref writer);
        WireFields.WriteDigest(ref writer, StateHash);
    }

    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    public static HandoverContent Read(ref MessagePackReader reader) => new(EpochDescriptor.Read(ref reader), WireFields.ReadDigest(ref reader));
}
