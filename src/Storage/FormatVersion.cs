using System.Buffers.Binary;
using Consensus.Cryptography;

namespace Consensus.Storage;

/// <summary>
/// The version of a file's format. All files of a data folder begin with 8 bytes of magic and this number (u32, little-endian), in all
/// versions for ever; what follows, length and checksum included, is each version's own affair. So the version is looked at before the checksum.
/// </summary>
internal static class FormatVersion
{
    /// <summary>Where the number ends: what a file must have for its version to be known.</summary>
    public const int End = 12;

    /// <summary>What is advised when a version is not known.</summary>
    public const string Advice = "Upgrade this program. If no newer one has ever used this folder, the file is damaged";

    private const int Start = 8;
    private const int ChecksumSize = sizeof(uint);

    /// <summary>The version that a file gives itself.</summary>
    /// <param name="file">The file's beginning, at least <see cref="End"/> bytes.</param>
    public static uint Read(ReadOnlySpan<byte> file) => BinaryPrimitives.ReadUInt32LittleEndian(file[Start..]);

    /// <summary>Writes the version behind the magic.</summary>
    public static void Write(Span<byte> file, uint version) => BinaryPrimitives.WriteUInt32LittleEndian(file[Start..], version);

    /// <summary>
    /// Whether a header is one of version <paramref name="known"/> whose version bytes alone were changed later: with that version in their
    /// place, its checksum (CRC-32C in the last four bytes) is right. No newer program writes that, so it is damage.
    /// </summary>
    public static bool IsOverwritten(ReadOnlySpan<byte> header, uint known)
    {
        if (header.Length < End + ChecksumSize)
        {
            return false;
        }

        var covered = header[..^ChecksumSize].ToArray();
        Write(covered, known);
        return BinaryPrimitives.ReadUInt32LittleEndian(header[^ChecksumSize..]) == Crc32C.Compute(covered);
    }

    /// <summary>What is said of a file that a newer program has written.</summary>
    public static string Describe(uint version, uint known) =>
        $"it was written by a newer version of this program: its format version is {version}, this program reads up to {known}";
}
