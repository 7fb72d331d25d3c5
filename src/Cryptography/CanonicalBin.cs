using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Cryptography;

/// <summary>Reads MessagePack values of type bin whose length is written in the shortest form: what is compared or hashed as bytes has one form.</summary>
internal static class CanonicalBin
{
    /// <summary>Reads one value of a bounded length.</summary>
    /// <param name="reader">Where the value begins.</param>
    /// <param name="buffer">Takes the bytes; longer values are refused.</param>
    /// <param name="what">What is read, for the message.</param>
    /// <param name="offset">Where the value began.</param>
    /// <returns>How much of <paramref name="buffer"/> was filled.</returns>
    /// <exception cref="MessagePackSerializationException">There is no such value.</exception>
    public static int Read(ref MessagePackReader reader, scoped Span<byte> buffer, string what, out long offset)
    {
        offset = reader.Consumed;
        var value = reader.ReadBytes() ?? throw new MessagePackSerializationException($"Expected a {what} at offset {offset} and found nil.");
        if (value.Length > buffer.Length)
        {
            throw new MessagePackSerializationException($"The {what} at offset {offset} has {value.Length} bytes; at most {buffer.Length} are allowed.");
        }

        var header = reader.Consumed - offset - value.Length;
        if (header != HeaderSize(value.Length))
        {
            throw new MessagePackSerializationException($"The length of the {what} at offset {offset} takes {header} bytes; only the shortest form is allowed.");
        }

        value.CopyTo(buffer);
        return (int)value.Length;
    }

    private static int HeaderSize(long length) => length switch
    {
        <= byte.MaxValue => 1 + sizeof(byte),
        <= ushort.MaxValue => 1 + sizeof(ushort),
        _ => 1 + sizeof(uint),
    };
}
