using System.Buffers.Binary;
using Consensus.Cryptography;

namespace Consensus.Engine;

/// <summary>
/// The hash chain of the log: <c>chain(i) = BLAKE3(chain(i−1) ‖ index ‖ term ‖ time ‖ kind ‖ payload)</c>, numbers as 8 bytes big-endian
/// (kind: 1 byte), <c>chain(0)</c> all zero. Two logs with the same chain hash at an index are the same up to it.
/// </summary>
/// <remarks>Not safe to use from more than one thread: it reuses a buffer.</remarks>
public sealed class EntryChain
{
    private const int HeaderSize = Digest.Size + 8 + 8 + 8 + 1;
    private const int LargestBuffered = 4096;

    private readonly byte[] _buffer = new byte[HeaderSize + LargestBuffered];
    private readonly Blake3Hasher _hasher = new();

    /// <summary>The chain hash of the entry that follows one with <paramref name="previous"/>.</summary>
    public Digest Next(Digest previous, LogIndex index, Term term, EntryKind kind, Timestamp time, ReadOnlySpan<byte> payload)
    {
        var header = _buffer.AsSpan();
        previous.CopyTo(header);
        BinaryPrimitives.WriteUInt64BigEndian(header[32..], index.Value);
        BinaryPrimitives.WriteUInt64BigEndian(header[40..], term.Value);
        BinaryPrimitives.WriteInt64BigEndian(header[48..], time.UnixMilliseconds);
        header[56] = (byte)kind;
        if (payload.Length <= LargestBuffered)
        {
            payload.CopyTo(header[HeaderSize..]);
            return Blake3.Hash(header[..(HeaderSize + payload.Length)]);
        }

        _hasher.Reset();
        _hasher.Update(header[..HeaderSize]);
        _hasher.Update(payload);
        return _hasher.Finalize();
    }

    /// <summary>Whether <paramref name="entry"/> carries the chain hash that follows from <paramref name="previous"/>.</summary>
    public bool Continues(Digest previous, in LogEntry entry) =>
        Next(previous, entry.Index, entry.Term, entry.Kind, entry.Time, entry.Payload.Span) == entry.Chain;
}
