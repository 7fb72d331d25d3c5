using System.Buffers.Binary;
using Consensus.Cryptography;

namespace Consensus.Swarm.Wire;

/// <summary>Four bytes that tell one swarm's traffic from another's, before anything is hashed: no proof.</summary>
internal static class SwarmTag
{
    /// <summary>The tag of a swarm.</summary>
    public static uint Of(ClusterId swarm)
    {
        Span<byte> bytes = stackalloc byte[ClusterId.Size];
        swarm.CopyTo(bytes);
        Span<byte> hash = stackalloc byte[sizeof(uint)];
        Blake3.Hash(bytes, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }
}
