using System.Buffers.Binary;
using Consensus.Cryptography;

namespace Consensus.Gossip;

/// <summary>What somebody wrote under a key, or that he removed it: with a version, and signed, so that it can be passed on by anybody and changed by nobody. Immutable.</summary>
/// <remarks>
/// <para>The hash is keyed BLAKE3 over, big-endian, each field at its fixed place:</para>
/// <code>
/// swarm 16, version 8, time 8, origin 4, is it a tombstone 1, position 32 (the hash of the key), BLAKE3 hash of the content 32
/// </code>
/// <para>The origin signs <c>"consensus-state1"</c>, the swarm and the hash: 64 bytes that nothing else a key signs begins with, and that are valid in no other swarm.</para>
/// </remarks>
public sealed class VersionedValue
{
    private const int HashedSize = ClusterId.Size + (2 * sizeof(ulong)) + sizeof(uint) + 1 + (2 * Digest.Size);
    private const int SignedSize = TagSize + ClusterId.Size + Digest.Size;
    private const int TagSize = 16;

    private static readonly byte[] PositionKey = KeyFor("Consensus.Framework swarm state v1: position"u8);
    private static readonly byte[] ValueKey = KeyFor("Consensus.Framework swarm state v1: value"u8);

    internal VersionedValue(ReadOnlyMemory<byte> key, ulong version, Timestamp time, NodeId origin, bool isTombstone, ReadOnlyMemory<byte> content, in Digest hash, in Signature signature)
    {
        (Key, Version, Time, Origin, IsTombstone, Content, Hash, Signature) = (key, version, time, origin, isTombstone, content, hash, signature);
        Position = Blake3.KeyedHash(PositionKey, key.Span);
    }

    /// <summary>Under what it was written.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>Its version, from 1: the highest one is in force.</summary>
    public ulong Version { get; }

    /// <summary>When it was written, as its origin says.</summary>
    public Timestamp Time { get; }

    /// <summary>Who wrote it.</summary>
    public NodeId Origin { get; }

    /// <summary>Whether the key was removed; then there is no content.</summary>
    public bool IsTombstone { get; }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>What stands for all of it.</summary>
    public Digest Hash { get; }

    /// <summary>The origin's.</summary>
    public Signature Signature { get; }

    /// <summary>Where the key stands in the order of all keys: nobody chooses that, for it is a hash.</summary>
    internal Digest Position { get; }

    /// <summary>Writes a value.</summary>
    /// <param name="swarm">In which swarm it is valid.</param>
    /// <param name="origin">Who writes it.</param>
    /// <param name="key">Under what; copied.</param>
    /// <param name="version">Above that of the value that is to be replaced.</param>
    /// <param name="time">When.</param>
    /// <param name="content">What; copied.</param>
    /// <param name="signer">The origin's.</param>
    public static VersionedValue Write(ClusterId swarm, NodeId origin, ReadOnlySpan<byte> key, ulong version, Timestamp time, ReadOnlySpan<byte> content, ISigner signer) =>
        Signed(swarm, new VersionedValue(key.ToArray(), version, time, origin, isTombstone: false, content.ToArray(), default, default), signer);

    /// <summary>Removes a value.</summary>
    /// <param name="swarm">In which swarm that is valid.</param>
    /// <param name="origin">Who removes it.</param>
    /// <param name="key">What; copied.</param>
    /// <param name="version">Above that of the value that is to be removed.</param>
    /// <param name="time">When: the tombstone is kept for some time from then on.</param>
    /// <param name="signer">The origin's.</param>
    public static VersionedValue Remove(ClusterId swarm, NodeId origin, ReadOnlySpan<byte> key, ulong version, Timestamp time, ISigner signer) =>
        Signed(swarm, new VersionedValue(key.ToArray(), version, time, origin, isTombstone: true, default, default, default), signer);

    /// <summary>Whether this is in force and another one of the same key is not: the higher version, and of two with one version the one whose hash is larger.</summary>
    public bool Supersedes(VersionedValue other) => Version != other.Version ? Version > other.Version : Hash > other.Hash;

    /// <summary>Whether the hash is that of the fields.</summary>
    public bool HashHolds(ClusterId swarm) => Hash == ComputeHash(swarm);

    /// <summary>Whether the owner of a key signed it.</summary>
    public bool SignatureHolds(ClusterId swarm, ISignatureVerifier verifier, in PublicKey key)
    {
        Span<byte> bytes = stackalloc byte[SignedSize];
        WriteSigned(swarm, Hash, bytes);
        return verifier.Verify(key, bytes, Signature);
    }

    /// <summary>The position of a key.</summary>
    internal static Digest PositionOf(ReadOnlySpan<byte> key) => Blake3.KeyedHash(PositionKey, key);

    private static VersionedValue Signed(ClusterId swarm, VersionedValue draft, ISigner signer)
    {
        ArgumentOutOfRangeException.ThrowIfZero(draft.Version);
        ArgumentOutOfRangeException.ThrowIfNegative(draft.Time.UnixMilliseconds);
        var hash = draft.ComputeHash(swarm);
        Span<byte> bytes = stackalloc byte[SignedSize];
        WriteSigned(swarm, hash, bytes);
        return new VersionedValue(draft.Key, draft.Version, draft.Time, draft.Origin, draft.IsTombstone, draft.Content, hash, signer.Sign(bytes));
    }

    private static void WriteSigned(ClusterId swarm, in Digest hash, Span<byte> destination)
    {
        "consensus-state1"u8.CopyTo(destination);
        swarm.CopyTo(destination[TagSize..]);
        hash.CopyTo(destination[(TagSize + ClusterId.Size)..]);
    }

    private static byte[] KeyFor(ReadOnlySpan<byte> purpose)
    {
        var key = new byte[Blake3.KeySize];
        Blake3.DeriveKey(purpose, [], key);
        return key;
    }

    private Digest ComputeHash(ClusterId swarm)
    {
        Span<byte> bytes = stackalloc byte[HashedSize];
        swarm.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], Version);
        BinaryPrimitives.WriteInt64BigEndian(bytes[24..], Time.UnixMilliseconds);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[32..], Origin.Value);
        bytes[36] = IsTombstone ? (byte)1 : (byte)0;
        Position.CopyTo(bytes[37..]);
        Blake3.Hash(Content.Span).CopyTo(bytes[69..]);
        return Blake3.KeyedHash(ValueKey, bytes);
    }
}
