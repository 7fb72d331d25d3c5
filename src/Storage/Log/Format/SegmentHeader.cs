using System.Buffers.Binary;
using Consensus.Cryptography;

namespace Consensus.Storage.Log;

/// <summary>
/// The first block of a segment: <c>"CONSWAL\0" ‖ version u32 ‖ block size u32 ‖ number u64 ‖ salt u64 ‖ cluster 16 bytes ‖ node u32 ‖
/// 0 u32 ‖ size u64 ‖ zeros ‖ CRC-32C u32</c>, little-endian, the checksum over all that precedes it in the block.
/// </summary>
/// <remarks>Magic and version stay the same in all versions: see <see cref="FormatVersion"/>.</remarks>
internal readonly record struct SegmentHeader(uint Version, ulong Number, ulong Salt, ReplicaIdentity Owner, long Size)
{
    public const int Bytes = BatchHeader.Alignment;
    public const uint CurrentVersion = 1;

    private static ReadOnlySpan<byte> Magic => "CONSWAL\0"u8;

    /// <summary>Whether a file begins like a segment of any version, and which.</summary>
    public static bool TryReadVersion(ReadOnlySpan<byte> file, out uint version)
    {
        var isSegment = file.Length >= FormatVersion.End && file.StartsWith(Magic);
        version = isSegment ? FormatVersion.Read(file) : 0;
        return isSegment;
    }

    public void Write(Span<byte> block)
    {
        block[..Bytes].Clear();
        Magic.CopyTo(block);
        FormatVersion.Write(block, Version);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], BatchHeader.Alignment);
        BinaryPrimitives.WriteUInt64LittleEndian(block[16..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(block[24..], Salt);
        Owner.Cluster.CopyTo(block[32..]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[48..], Owner.Node.Value);
        BinaryPrimitives.WriteInt64LittleEndian(block[56..], Size);
        BinaryPrimitives.WriteUInt32LittleEndian(block[(Bytes - 4)..], Crc32C.Compute(block[..(Bytes - 4)]));
    }

    /// <summary>Whether a block is a header of the current version; only magic, version and checksum are judged.</summary>
    public static bool TryRead(ReadOnlySpan<byte> block, out SegmentHeader header)
    {
        header = default;
        if (block.Length < Bytes
            || !TryReadVersion(block, out var version)
            || version != CurrentVersion
            || BinaryPrimitives.ReadUInt32LittleEndian(block[(Bytes - 4)..]) != Crc32C.Compute(block[..(Bytes - 4)]))
        {
            return false;
        }

        header = new SegmentHeader(
            version,
            BinaryPrimitives.ReadUInt64LittleEndian(block[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(block[24..]),
            new ReplicaIdentity(
                ClusterId.FromBytes(block.Slice(32, ClusterId.Size)),
                new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(block[48..]))),
            BinaryPrimitives.ReadInt64LittleEndian(block[56..]));
        return true;
    }
}
