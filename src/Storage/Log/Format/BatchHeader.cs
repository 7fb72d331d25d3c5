using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>
/// What precedes the records of a batch: <c>salt u64 ‖ offset u64 ‖ first LSN u64 ‖ number of records u32 ‖ their bytes u32 ‖ 0 u32 ‖
/// CRC-32C u32</c>, little-endian, the checksum over all that precedes it. A batch begins at a multiple of <see cref="Alignment"/>, and
/// is filled up to one with zeros.
/// </summary>
/// <remarks>
/// The salt is the segment's and the offset the batch's own, so that neither a command's content nor a block of another file or place
/// passes for a header. A batch without records is a mark: what lies before it was durable when it was written.
/// </remarks>
internal readonly record struct BatchHeader(ulong Salt, long Offset, Lsn FirstLsn, int Count, int BodyBytes)
{
    public const int Bytes = 40;

    /// <summary>The sector size that every disk writes in one piece at least: a write never touches a sector of an older batch.</summary>
    public const int Alignment = 512;

    public static long Align(long length) => (length + (Alignment - 1)) & ~(long)(Alignment - 1);

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Salt);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], Offset);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], FirstLsn.Value);
        BinaryPrimitives.WriteInt32LittleEndian(destination[24..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(destination[28..], BodyBytes);
        BinaryPrimitives.WriteInt32LittleEndian(destination[32..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[36..], Crc32C.Compute(destination[..36]));
    }

    /// <summary>Whether the bytes are a header of the segment with <paramref name="salt"/>, for whatever place it was written.</summary>
    public static bool TryReadForAnyPlace(ReadOnlySpan<byte> source, ulong salt, out BatchHeader header)
    {
        header = default;
        return source.Length >= Bytes && TryRead(source, salt, BinaryPrimitives.ReadInt64LittleEndian(source[8..]), out header);
    }

    /// <summary>Whether the bytes at <paramref name="offset"/> are a header of the segment with <paramref name="salt"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, ulong salt, long offset, out BatchHeader header)
    {
        header = default;
        if (source.Length < Bytes
            || BinaryPrimitives.ReadUInt64LittleEndian(source) != salt
            || BinaryPrimitives.ReadInt64LittleEndian(source[8..]) != offset
            || BinaryPrimitives.ReadUInt32LittleEndian(source[36..]) != Crc32C.Compute(source[..36]))
        {
            return false;
        }

        header = new BatchHeader(
            salt,
            offset,
            new Lsn(BinaryPrimitives.ReadUInt64LittleEndian(source[16..])),
            BinaryPrimitives.ReadInt32LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[28..]));
        return header.Count >= 0 && header.BodyBytes >= 0;
    }
}
