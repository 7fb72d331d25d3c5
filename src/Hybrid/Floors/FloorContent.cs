using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>What a replica signs about a place of the log up to which it has applied everything, in an epoch of Raft.</summary>
/// <param name="Position">The place; the chain hash stands for all entries up to there.</param>
/// <param name="StateHash">The hash of the state there, sessions included.</param>
internal readonly record struct FloorContent(LogPosition Position, Digest StateHash)
{
    private const int HashedSize = sizeof(ulong) + (2 * Digest.Size);

    /// <summary>What is signed, in the domain of the epoch.</summary>
    public Digest Hash
    {
        get
        {
            Span<byte> bytes = stackalloc byte[HashedSize];
            BinaryPrimitives.WriteUInt64BigEndian(bytes, Position.Term.Value);
            Position.Chain.CopyTo(bytes[sizeof(ulong)..]);
            StateHash.CopyTo(bytes[(sizeof(ulong) + Digest.Size)..]);
            return Blake3.Hash(bytes);
        }
    }

    /// <summary>Where in the domain: one statement of each member for each entry.</summary>
    public SequenceNumber Place => new(Position.Index.Value);

    public void Write(ref MessagePackWriter writer)
    {
        WireFields.WritePosition(ref writer, Position);
        WireFields.WriteDigest(ref writer, StateHash);
    }

    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    public static FloorContent Read(ref MessagePackReader reader) => new(WireFields.ReadPosition(ref reader), WireFields.ReadDigest(ref reader));
}
