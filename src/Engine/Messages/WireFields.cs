using Consensus.Cryptography;
using Consensus.Serialization;

namespace Consensus.Engine;

/// <summary>The fields that the messages of several engines have in common. Reading checks each length before anything is allocated for it.</summary>
public static class WireFields
{
    /// <summary>Writes a digest.</summary>
    public static void WriteDigest(ref MessagePackWriter writer, in Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        writer.Write(bytes);
    }

    /// <summary>Reads a digest.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    public static Digest ReadDigest(ref MessagePackReader reader)
    {
        var bytes = ReadBytes(ref reader);
        return bytes.Length == Digest.Size ? new Digest(bytes.Span) : throw new MessageFormatException($"A hash has {Digest.Size} bytes, not {bytes.Length}.");
    }

    /// <summary>Writes a signature.</summary>
    public static void WriteSignature(ref MessagePackWriter writer, in Signature signature)
    {
        Span<byte> bytes = stackalloc byte[Signature.Size];
        signature.CopyTo(bytes);
        writer.Write(bytes);
    }

    /// <summary>Reads a signature.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    public static Signature ReadSignature(ref MessagePackReader reader)
    {
        var bytes = ReadBytes(ref reader);
        return bytes.Length == Signature.Size
            ? new Signature(bytes.Span)
            : throw new MessageFormatException($"A signature has {Signature.Size} bytes, not {bytes.Length}.");
    }

    /// <summary>Reads bytes; they lie in the frame.</summary>
    /// <exception cref="MessageFormatException">They are nil, or lie in several pieces.</exception>
    public static ReadOnlyMemory<byte> ReadBytes(ref MessagePackReader reader) =>
        reader.ReadBytes() is not { } bytes ? throw new MessageFormatException("Bytes are nil.")
        : bytes.IsSingleSegment ? bytes.First
        : throw new MessageFormatException("A frame lies in one piece.");

    /// <summary>Reads the number of elements that follow: no more than the bytes that are left can hold.</summary>
    /// <exception cref="MessageFormatException">It is more.</exception>
    public static int ReadCount(ref MessagePackReader reader, int bytesEachMin)
    {
        var count = reader.ReadArrayHeader();
        var left = reader.Sequence.Length - reader.Consumed;
        return count <= left / bytesEachMin
            ? count
            : throw new MessageFormatException($"An array of {count} elements needs at least {bytesEachMin} bytes for each; {left} bytes are left.");
    }

    /// <summary>Reads a view.</summary>
    public static ViewNumber ReadView(ref MessagePackReader reader) => new(reader.ReadUInt64());

    /// <summary>Reads the number of a block. Numbers are added to: those at the end of the range are nobody's.</summary>
    /// <exception cref="MessageFormatException">It is one of those.</exception>
    public static SequenceNumber ReadNumber(ref MessagePackReader reader)
    {
        var number = reader.ReadUInt64();
        return number <= long.MaxValue ? new SequenceNumber(number) : throw new MessageFormatException($"There is no block {number}.");
    }

    /// <summary>Writes a log position.</summary>
    public static void WritePosition(ref MessagePackWriter writer, in LogPosition position)
    {
        writer.Write(position.Index.Value);
        writer.Write(position.Term.Value);
        WriteDigest(ref writer, position.Chain);
    }

    /// <summary>Reads a log position.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    public static LogPosition ReadPosition(ref MessagePackReader reader) =>
        new(new LogIndex(reader.ReadUInt64()), new Term(reader.ReadUInt64()), ReadDigest(ref reader));
}
