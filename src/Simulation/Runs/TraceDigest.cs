using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Simulation.Runs;

/// <summary>A digest of everything that happened in a run, in its order: equal digests mean equal runs.</summary>
internal sealed class TraceDigest
{
    private readonly Blake3Hasher _hasher = new();

    /// <summary>Adds what happened.</summary>
    public void Add(char kind, Ticks at, NodeId node, ReadOnlySpan<byte> content)
    {
        Span<byte> header = stackalloc byte[17];
        header[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(header[1..], at.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(header[9..], node.Value);
        BinaryPrimitives.WriteInt32LittleEndian(header[13..], content.Length);
        _hasher.Update(header);
        _hasher.Update(content);
    }

    /// <summary>The digest of all so far.</summary>
    public Digest Current => _hasher.Finalize();
}
