using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage.Snapshots;

/// <summary>The first bytes of a snapshot file: whose it is, what it covers, and how the bytes of the state, which follow, are checked.</summary>
/// <remarks>
/// Little-endian; the layout is in the folder's README. Magic and version stay what they are in every version (<see cref="FormatVersion"/>),
/// so that damage is told from a newer format. Nothing in it depends on the node.
/// </remarks>
internal static class SnapshotHeader
{
    private const uint Version = 1;
    private const int PrefixSize = 16;
    private const int FixedSize = 172;
    private const int ChecksumSize = 4;

    // More than the largest configuration that MembershipCodec writes.
    private const int SizeMax = 8 * 1024 * 1024;

    private static ReadOnlySpan<byte> Magic => "CNSSNAPS"u8;

    public static byte[] Encode(ClusterId cluster, SnapshotDescriptor snapshot)
    {
        var membership = MembershipCodec.Encode(snapshot.Membership);
        var header = new byte[FixedSize + membership.Length + ChecksumSize];
        var span = header.AsSpan();
        Magic.CopyTo(span);
        FormatVersion.Write(span, Version);
        BinaryPrimitives.WriteUInt32LittleEndian(span[12..], (uint)header.Length);
        cluster.CopyTo(span[16..]);
        BinaryPrimitives.WriteUInt64LittleEndian(span[32..], snapshot.Epoch.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[40..], snapshot.Position.Index.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[48..], snapshot.Position.Term.Value);
        snapshot.Position.Chain.CopyTo(span[56..]);
        BinaryPrimitives.WriteInt64LittleEndian(span[88..], snapshot.Time.UnixMilliseconds);
        snapshot.StateHash.CopyTo(span[96..]);
        BinaryPrimitives.WriteInt64LittleEndian(span[128..], snapshot.Length);
        snapshot.Checksum.CopyTo(span[136..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span[168..], (uint)membership.Length);
        membership.CopyTo(span[FixedSize..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span[^ChecksumSize..], Crc32C.Compute(span[..^ChecksumSize]));
        return header;
    }

    /// <summary>Reads the header of a file, and checks that the file is as long as it says.</summary>
    /// <returns>What the snapshot covers, and the header's length.</returns>
    /// <exception cref="ConsensusException">
    /// <see cref="ConsensusFailure.StorageCorrupt"/>: it is damaged. <see cref="ConsensusFailure.StorageForeign"/>: it is whole, but belongs
    /// to another cluster or is of a newer version. Nothing else is thrown for any bytes.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (SnapshotDescriptor Snapshot, int HeaderLength) Read(IStorageFile file, ClusterId cluster)
    {
        Span<byte> prefix = stackalloc byte[PrefixSize];
        var prefixLength = file.Read(0, prefix);
        if (prefixLength < FormatVersion.End || !prefix.StartsWith(Magic))
        {
            throw Corrupt(file, "it does not begin like a snapshot");
        }

        var version = FormatVersion.Read(prefix);
        if (version > Version)
        {
            throw OfUnknownVersion(file, version);
        }

        if (version != Version || !TryReadHeader(file, out var header))
        {
            throw Corrupt(file, $"its version is {version}, its header gives itself {BinaryPrimitives.ReadUInt32LittleEndian(prefix[12..])} bytes");
        }

        var snapshot = Decode(file, header, cluster);
        if (file.Length - header.Length != snapshot.Length)
        {
            throw Corrupt(file, $"{snapshot.Length} bytes of state should follow the header, but {file.Length - header.Length} do");
        }

        return (snapshot, header.Length);
    }

    /// <summary>Reads as many bytes as a header of this version gives itself.</summary>
    private static bool TryReadHeader(IStorageFile file, out byte[] header)
    {
        header = [];
        Span<byte> length = stackalloc byte[PrefixSize - FormatVersion.End];
        if (file.Read(FormatVersion.End, length) != length.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(length) is var size && (size is < FixedSize + ChecksumSize or > SizeMax || size > file.Length))
        {
            return false;
        }

        header = new byte[size];
        return file.Read(0, header) == header.Length;
    }

    private static ConsensusException OfUnknownVersion(IStorageFile file, uint version) =>
        TryReadHeader(file, out var header) && FormatVersion.IsOverwritten(header, Version)
            ? Corrupt(file, $"it gives format version {version}, but the checksum of its header is right for {Version}")
            : new ConsensusException(
                ConsensusFailure.StorageForeign,
                $"The snapshot {file.Path} cannot be used: {FormatVersion.Describe(version, Version)}. {FormatVersion.Advice}: move it out of the folder, and start again.");

    private static SnapshotDescriptor Decode(IStorageFile file, ReadOnlySpan<byte> header, ClusterId cluster)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[^ChecksumSize..]) != Crc32C.Compute(header[..^ChecksumSize]))
        {
            throw Corrupt(file, "the checksum of its header is wrong");
        }

        var owner = ClusterId.FromBytes(header.Slice(16, ClusterId.Size));
        if (owner != cluster)
        {
            throw new ConsensusException(
                ConsensusFailure.StorageForeign,
                $"The snapshot {file.Path} belongs to cluster {owner}, the data folder to cluster {cluster}. Move the file away if it was copied here by mistake.");
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(header[128..]);
        var membershipLength = BinaryPrimitives.ReadUInt32LittleEndian(header[168..]);
        if (length < 0 || membershipLength != header.Length - FixedSize - ChecksumSize)
        {
            throw Corrupt(file, "the lengths in its header contradict each other");
        }

        try
        {
            return new SnapshotDescriptor
            {
                Epoch = new Epoch(BinaryPrimitives.ReadUInt64LittleEndian(header[32..])),
                Position = new LogPosition(
                    new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(header[40..])),
                    new Term(BinaryPrimitives.ReadUInt64LittleEndian(header[48..])),
                    new Digest(header.Slice(56, Digest.Size))),
                Time = new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(header[88..])),
                StateHash = new Digest(header.Slice(96, Digest.Size)),
                Length = length,
                Checksum = new Digest(header.Slice(136, Digest.Size)),
                Membership = MembershipCodec.Decode(header[FixedSize..^ChecksumSize]),
            };
        }
        catch (MessageFormatException exception)
        {
            throw Corrupt(file, exception.Message, exception);
        }
    }

    private static ConsensusException Corrupt(IStorageFile file, string what, Exception? cause = null) =>
        new(ConsensusFailure.StorageCorrupt, $"The snapshot {file.Path} is damaged: {what}.", cause);
}
