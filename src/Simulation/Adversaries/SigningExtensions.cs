using System.Buffers.Binary;
using Consensus.Byzantine;
using Consensus.Cryptography;

namespace Consensus.Simulation.Adversaries;

/// <summary>What a script needs to lie in its replica's name, and in nobody else's.</summary>
internal static class SigningExtensions
{
    /// <summary>Signs a statement of the group in the replica's name.</summary>
    public static Signature Sign(this CorruptReplica replica, StatementKind kind, ViewNumber view, SequenceNumber sequence, Digest hash) =>
        new Statement(replica.Identity.Domain, kind, view, sequence, hash).Sign(replica.Signer);

    /// <summary>Another block with the same batches: as good as the first, and not the same.</summary>
    public static Block Another(this Block block) => new(new Timestamp(block.Time.UnixMilliseconds + 1), [.. block.Batches]);

    /// <summary>A digest that is nothing's.</summary>
    public static Digest NextDigest(this CorruptReplica replica)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, replica.Random.NextUInt64());
        return Blake3.Hash(bytes);
    }
}
