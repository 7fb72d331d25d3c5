using System.Buffers.Binary;
using Consensus.Cryptography;

namespace Consensus.Gossip.Repair;

/// <summary>Makes 64 bits of a digest, others in each exchange: two digests look alike with a likelihood of 2^-64, and who looks for two that do can begin when the exchange has.</summary>
/// <param name="High">128 bits that whoever begins an exchange draws.</param>
/// <param name="Low">The rest of them.</param>
internal readonly record struct FingerprintSalt(ulong High, ulong Low)
{
    /// <summary>How many bytes a salt has.</summary>
    public const int Size = 2 * sizeof(ulong);

    /// <summary>The fingerprint of a digest.</summary>
    public ulong Of(in Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        return Of(bytes);
    }

    /// <summary>The fingerprint of a rumour's id.</summary>
    public ulong Of(RumourId rumour)
    {
        Span<byte> bytes = stackalloc byte[RumourId.Size];
        rumour.CopyTo(bytes);
        return Of(bytes);
    }

    private ulong Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> key = stackalloc byte[Blake3.KeySize];
        key.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(key, High);
        BinaryPrimitives.WriteUInt64BigEndian(key[sizeof(ulong)..], Low);
        Span<byte> hash = stackalloc byte[sizeof(ulong)];
        Blake3.KeyedHash(key, bytes, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
