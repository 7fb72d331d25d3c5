using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Simulation.Runs;

/// <summary>
/// A digest of everything that happened in a run, in its order: equal digests mean equal runs. Events are gathered before they are hashed,
/// because hashing many bytes at once is several times faster; the digest is the same.
/// </summary>
internal sealed class TraceDigest
{
    private const int HeaderBytes = 17;
    private const int GatheredMax = 64 * 1024;

    private readonly Blake3Hasher _hasher = new();
    private readonly byte[] _gathered = new byte[GatheredMax];
    private int _length;

    /// <summary>Adds what happened.</summary>
    public void Add(char kind, Ticks at, NodeId node, ReadOnlySpan<byte> content)
    {
        if (_length + HeaderBytes + content.Length > GatheredMax)
        {
            Flush();
        }

        var header = _gathered.AsSpan(_length, HeaderBytes);
        header[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(header[1..], at.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(header[9..], node.Value);
        BinaryPrimitives.WriteInt32LittleEndian(header[13..], content.Length);
        _length += HeaderBytes;
        if (content.Length > GatheredMax - _length)
        {
            Flush();
            _hasher.Update(content);
            return;
        }

        content.CopyTo(_gathered.AsSpan(_length));
        _length += content.Length;
    }

    /// <summary>The digest of all so far.</summary>
    public Digest Current
    {
        get
        {
            Flush();
            return _hasher.Finalize();
        }
    }

    private void Flush()
    {
        _hasher.Update(_gathered.AsSpan(0, _length));
        _length = 0;
    }
}
