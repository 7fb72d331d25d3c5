using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>
/// One record on the disk: <c>CRC-32C u32 ‖ bytes of the body u32 ‖ LSN u64 ‖ kind u8 ‖ body</c>, little-endian, the checksum over all
/// that follows it.
/// </summary>
/// <remarks>
/// Bodies. Entry: <c>index u64 ‖ term u64 ‖ time i64 ‖ kind u8 ‖ chain hash 32 bytes ‖ payload</c>. Truncate: <c>first void index u64</c>.
/// Slot: <c>slot u64 ‖ value</c>. Base: <c>index u64 ‖ term u64 ‖ chain hash 32 bytes</c>. Checkpoint: see <see cref="Checkpoint"/>.
/// </remarks>
internal readonly ref struct RecordFrame
{
    public const int HeaderBytes = 17;
    public const int BodyBytesMax = 64 * 1024 * 1024;

    /// <summary>The kind of a checkpoint's frame, beside those of <see cref="LogRecordKind"/>.</summary>
    public const byte CheckpointKind = 0x7f;

    private const int EntryFixedBytes = 8 + 8 + 8 + 1 + Digest.Size;
    private const int PositionBytes = 8 + 8 + Digest.Size;

    private RecordFrame(byte kind, Lsn lsn, ReadOnlySpan<byte> body)
    {
        Kind = kind;
        Lsn = lsn;
        Body = body;
    }

    public byte Kind { get; }

    public Lsn Lsn { get; }

    public ReadOnlySpan<byte> Body { get; }

    public int Bytes => HeaderBytes + Body.Length;

    /// <summary>How many bytes a record's body takes.</summary>
    public static long BodySize(in LogRecord record) => record.Kind switch
    {
        LogRecordKind.Entry => EntryFixedBytes + (long)record.Entry.Payload.Length,
        LogRecordKind.Truncate => 8,
        LogRecordKind.Slot => 8 + (long)record.Value.Length,
        LogRecordKind.Base => PositionBytes,
    };

    /// <summary>Writes a record whose body takes <paramref name="bodySize"/> bytes.</summary>
    public static void Write(Span<byte> destination, in LogRecord record, int bodySize)
    {
        var body = destination.Slice(HeaderBytes, bodySize);
        switch (record.Kind)
        {
            case LogRecordKind.Entry:
                BinaryPrimitives.WriteUInt64LittleEndian(body, record.Entry.Index.Value);
                BinaryPrimitives.WriteUInt64LittleEndian(body[8..], record.Entry.Term.Value);
                BinaryPrimitives.WriteInt64LittleEndian(body[16..], record.Entry.Time.UnixMilliseconds);
                body[24] = (byte)record.Entry.Kind;
                record.Entry.Chain.CopyTo(body[25..]);
                record.Entry.Payload.Span.CopyTo(body[EntryFixedBytes..]);
                break;
            case LogRecordKind.Truncate:
                BinaryPrimitives.WriteUInt64LittleEndian(body, record.Entry.Index.Value);
                break;
            case LogRecordKind.Slot:
                BinaryPrimitives.WriteUInt64LittleEndian(body, record.Slot);
                record.Value.Span.CopyTo(body[8..]);
                break;
            case LogRecordKind.Base:
                BinaryPrimitives.WriteUInt64LittleEndian(body, record.Entry.Index.Value);
                BinaryPrimitives.WriteUInt64LittleEndian(body[8..], record.Entry.Term.Value);
                record.Entry.Chain.CopyTo(body[16..]);
                break;
        }

        Seal(destination, (byte)record.Kind, record.Lsn, bodySize);
    }

    /// <summary>Writes the header of a frame whose body is in place.</summary>
    public static void Seal(Span<byte> frame, byte kind, Lsn lsn, int bodySize)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], bodySize);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], lsn.Value);
        frame[16] = kind;
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Crc32C.Compute(frame[4..(HeaderBytes + bodySize)]));
    }

    /// <summary>Reads the frame at the beginning of <paramref name="source"/>; false if it is cut off or its checksum is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out RecordFrame frame)
    {
        frame = default;
        if (source.Length < HeaderBytes)
        {
            return false;
        }

        var bodySize = BinaryPrimitives.ReadInt32LittleEndian(source[4..]);
        if (bodySize < 0
            || bodySize > source.Length - HeaderBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(source) != Crc32C.Compute(source[4..(HeaderBytes + bodySize)]))
        {
            return false;
        }

        frame = new RecordFrame(source[16], new Lsn(BinaryPrimitives.ReadUInt64LittleEndian(source[8..])), source.Slice(HeaderBytes, bodySize));
        return true;
    }

    /// <summary>The record in a frame, its bytes copied; false if the body does not fit the kind.</summary>
    public bool TryDecode(out LogRecord record)
    {
        record = default;
        switch ((LogRecordKind)Kind)
        {
            case LogRecordKind.Entry when Body.Length >= EntryFixedBytes && Body[24] <= (byte)EntryKind.Epoch:
                var entry = new LogEntry(
                    Index(Body),
                    new Term(BinaryPrimitives.ReadUInt64LittleEndian(Body[8..])),
                    (EntryKind)Body[24],
                    new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(Body[16..])),
                    Body[EntryFixedBytes..].ToArray(),
                    new Digest(Body.Slice(25, Digest.Size)));
                record = new LogRecord(LogRecordKind.Entry, Lsn, entry, 0, default);
                return true;
            case LogRecordKind.Truncate when Body.Length == 8 && Index(Body) > LogIndex.Zero:
                record = new LogRecord(LogRecordKind.Truncate, Lsn, default(LogEntry) with { Index = Index(Body) }, 0, default);
                return true;
            case LogRecordKind.Slot when Body.Length >= 8:
                record = new LogRecord(LogRecordKind.Slot, Lsn, default, BinaryPrimitives.ReadUInt64LittleEndian(Body), Body[8..].ToArray());
                return true;
            case LogRecordKind.Base when Body.Length == PositionBytes:
                var position = default(LogEntry) with
                {
                    Index = Index(Body),
                    Term = new Term(BinaryPrimitives.ReadUInt64LittleEndian(Body[8..])),
                    Chain = new Digest(Body.Slice(16, Digest.Size)),
                };
                record = new LogRecord(LogRecordKind.Base, Lsn, position, 0, default);
                return true;
            default:
                return false;
        }
    }

    private static LogIndex Index(ReadOnlySpan<byte> body) => new(BinaryPrimitives.ReadUInt64LittleEndian(body));
}
