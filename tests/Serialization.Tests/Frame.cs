using System.Buffers;

namespace Consensus.Serialization.Tests;

/// <summary>Encodes and decodes whole frames, in one piece or in many.</summary>
internal static class Frame
{
    public static byte[] Of(WriteValue write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace("-", "", StringComparison.Ordinal));

    public static T Read<T>(byte[] frame, ReadValue<T> read)
    {
        var reader = new MessagePackReader(frame);
        return ReadToEnd(ref reader, frame.Length, read);
    }

    public static T Read<T>(ReadOnlySequence<byte> frame, ReadValue<T> read)
    {
        var reader = new MessagePackReader(frame);
        return ReadToEnd(ref reader, frame.Length, read);
    }

    /// <summary>Reads the frame whole, cut in two at every position, and byte by byte with empty segments between.</summary>
    public static IEnumerable<T> ReadInAllSplits<T>(byte[] frame, ReadValue<T> read)
    {
        yield return Read(frame, read);
        for (var cut = 0; cut <= frame.Length; cut++)
        {
            yield return Read(Segments.Cut(frame, cut), read);
        }

        yield return Read(Segments.ByteByByte(frame), read);
    }

    private static T ReadToEnd<T>(ref MessagePackReader reader, long length, ReadValue<T> read)
    {
        var value = read(ref reader);
        if (!reader.End || reader.Consumed != length)
        {
            throw new AssertionException($"The reader stopped at {reader.Consumed} of {length} bytes.");
        }

        return value;
    }
}
