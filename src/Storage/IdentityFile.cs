using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage;

/// <summary>
/// The file that says whose data a folder holds, and with whom the group began. It is written once, as the last step of creating the
/// folder: a folder without it has never been used.
/// </summary>
/// <remarks>
/// Little-endian: magic (8 bytes), version (4), length of the file (4), cluster (16), node (4), length of the configuration (4), configuration
/// (<see cref="MembershipCodec"/>), CRC-32C of all before (4). Magic and version stay the same in every version (<see cref="FormatVersion"/>).
/// </remarks>
internal static class IdentityFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "identity";

    /// <summary>Its name while it is written.</summary>
    public const string Writing = "identity.partial";

    private const uint Version = 1;
    private const int FixedSize = 40;
    private const int ChecksumSize = 4;

    // More than the largest configuration that MembershipCodec writes.
    private const int SizeMax = 8 * 1024 * 1024;

    private static ReadOnlySpan<byte> Magic => "CNSREPLI"u8;

    /// <summary>Writes the file durably.</summary>
    /// <exception cref="IOException">It cannot be written; the folder has no identity yet.</exception>
    public static void Write(IFileSystem files, string directory, ReplicaIdentity identity, ClusterMembership bootstrap)
    {
        var content = Encode(identity, bootstrap);
        var temporary = Path.Join(directory, Writing);
        files.Delete(temporary);
        using (var file = files.Create(temporary))
        {
            file.Write(0, content);
            file.Flush();
        }

        var path = Path.Join(directory, Name);
        files.Rename(temporary, path);
        try
        {
            files.FlushDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever saw the name would use the folder, which is perhaps none after a crash.
            files.Delete(path);
            throw;
        }
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="ConsensusException">
    /// <see cref="ConsensusFailure.StorageCorrupt"/>: it is damaged. <see cref="ConsensusFailure.StorageForeign"/>: a newer version wrote
    /// it. Nothing else is thrown for any bytes.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (ReplicaIdentity Identity, ClusterMembership Bootstrap) Read(IFileSystem files, string directory)
    {
        using var file = files.Open(Path.Join(directory, Name));
        if (file.Length is < FormatVersion.End or > SizeMax)
        {
            throw Corrupt(file.Path, $"it has {file.Length} bytes");
        }

        var content = new byte[file.Length];
        return file.Read(0, content) == content.Length ? Decode(file.Path, content) : throw Corrupt(file.Path, "it became shorter while it was read");
    }

    private static byte[] Encode(ReplicaIdentity identity, ClusterMembership bootstrap)
    {
        var membership = MembershipCodec.Encode(bootstrap);
        var content = new byte[FixedSize + membership.Length + ChecksumSize];
        var span = content.AsSpan();
        Magic.CopyTo(span);
        FormatVersion.Write(span, Version);
        BinaryPrimitives.WriteUInt32LittleEndian(span[12..], (uint)content.Length);
        identity.Cluster.CopyTo(span[16..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span[32..], identity.Node.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(span[36..], (uint)membership.Length);
        membership.CopyTo(span[FixedSize..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span[^ChecksumSize..], Crc32C.Compute(span[..^ChecksumSize]));
        return content;
    }

    private static (ReplicaIdentity Identity, ClusterMembership Bootstrap) Decode(string path, ReadOnlySpan<byte> content)
    {
        if (!content.StartsWith(Magic))
        {
            throw Corrupt(path, "it does not begin like one");
        }

        var version = FormatVersion.Read(content);
        if (version > Version)
        {
            throw OfUnknownVersion(path, content, version);
        }

        if (content.Length < FixedSize + ChecksumSize)
        {
            throw Corrupt(path, $"it has {content.Length} bytes");
        }

        if (version != Version || BinaryPrimitives.ReadUInt32LittleEndian(content[^ChecksumSize..]) != Crc32C.Compute(content[..^ChecksumSize]))
        {
            throw Corrupt(path, "its checksum is wrong");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(content[12..]) != content.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(content[36..]) != content.Length - FixedSize - ChecksumSize)
        {
            throw Corrupt(path, "its lengths contradict each other");
        }

        try
        {
            var identity = new ReplicaIdentity(
                ClusterId.FromBytes(content.Slice(16, ClusterId.Size)), new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(content[32..])));
            return (identity, MembershipCodec.Decode(content[FixedSize..^ChecksumSize]));
        }
        catch (MessageFormatException exception)
        {
            throw Corrupt(path, exception.Message, exception);
        }
    }

    private static ConsensusException OfUnknownVersion(string path, ReadOnlySpan<byte> content, uint version) => FormatVersion.IsOverwritten(content, Version)
        ? Corrupt(path, $"it gives format version {version}, but its checksum is right for {Version}")
        : new ConsensusException(
            ConsensusFailure.StorageForeign,
            $"The data folder of {path} cannot be used: {FormatVersion.Describe(version, Version)}. {FormatVersion.Advice}: restore it from a copy.");

    private static ConsensusException Corrupt(string path, string what, Exception? cause = null) =>
        new(
            ConsensusFailure.StorageCorrupt,
            $"The identity file {path} is damaged: {what}. Restore it from a copy; it never changes after the folder's creation.",
            cause);
}
