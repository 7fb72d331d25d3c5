using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>What replicas certify about their state after a block.</summary>
/// <param name="Number">The block.</param>
/// <param name="Position">Where the log stands after it; the chain hash stands for everything before.</param>
/// <param name="Time">The time that the log carries there.</param>
/// <param name="StateHash">The hash of the state, sessions included.</param>
public readonly record struct CheckpointContent(SequenceNumber Number, LogPosition Position, Timestamp Time, Digest StateHash)
{
    /// <summary>The state before the first block, on which everybody agrees.</summary>
    public static CheckpointContent Origin => default;

    /// <summary>What is signed: all of it, so that nobody can change a part under a certificate.</summary>
    public Digest ComputeDigest()
    {
        Span<byte> bytes = stackalloc byte[16 + 8 + 8 + 8 + Digest.Size + 8 + Digest.Size];
        "consensus-check1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], Number.Value);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], Position.Index.Value);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[32..], Position.Term.Value);
        Position.Chain.CopyTo(bytes[40..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[72..], Time.UnixMilliseconds);
        StateHash.CopyTo(bytes[80..]);
        return Blake3.Hash(bytes);
    }
}
