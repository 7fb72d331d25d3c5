using System.Buffers.Binary;

namespace Consensus.Serialization;

/// <content>Extensions, and the one that the specification defines: timestamps.</content>
public ref partial struct MessagePackReader
{
    /// <summary>Reads an extension with its bytes.</summary>
    public ExtensionResult ReadExtensionFormat()
    {
        var header = ReadExtensionFormatHeader();
        return new ExtensionResult(header.TypeCode, Take(header.Length));
    }

    /// <summary>Reads an extension's type and length. As many bytes are left.</summary>
    public ExtensionHeader ReadExtensionFormatHeader()
    {
        if (!TryPeekExtensionHeader(out var header, out var size))
        {
            throw Truncated("the header of Extension");
        }

        var available = _reader.Remaining - size;
        if (!Holds(available, header.Length, bytesPerItemMin: 1))
        {
            throw TooLong("Extension", header.Length, available);
        }

        _reader.Advance(size);
        return header;
    }

    /// <summary>
    /// Reads an extension's type and length, or returns false and reads nothing if the bytes at hand end before the header
    /// or before the extension does. Anything else than an extension is an error.
    /// </summary>
    public bool TryReadExtensionFormatHeader(out ExtensionHeader extensionHeader)
    {
        extensionHeader = default;
        if (End || !TryPeekExtensionHeader(out var announced, out var size)
            || !Holds(_reader.Remaining - size, announced.Length, bytesPerItemMin: 1))
        {
            return false;
        }

        _reader.Advance(size);
        extensionHeader = announced;
        return true;
    }

    /// <summary>Reads a timestamp in any of the specification's three forms.</summary>
    public MessagePackTimestamp ReadTimestamp()
    {
        var start = Consumed;
        var header = ReadExtensionFormatHeader();
        if (header.TypeCode != MessagePackTimestamp.ExtensionTypeCode || header.Length is not (4 or 8 or 12))
        {
            throw Failure($"Expected a timestamp (extension {MessagePackTimestamp.ExtensionTypeCode} of 4, 8 or 12 bytes) at offset {start} and found extension {header.TypeCode} of {header.Length}.");
        }

        Span<byte> data = stackalloc byte[12];
        data = data[..(int)header.Length];
        _reader.TryCopyTo(data);
        _reader.Advance(data.Length);

        var (seconds, nanoseconds) = Unpack(data);
        return nanoseconds <= MessagePackTimestamp.NanosecondsMax
            ? new MessagePackTimestamp(seconds, nanoseconds)
            : throw Failure($"The timestamp at offset {start} has {nanoseconds} nanoseconds; 0 to {MessagePackTimestamp.NanosecondsMax} are allowed.");
    }

    private static (long Seconds, uint Nanoseconds) Unpack(ReadOnlySpan<byte> data)
    {
        const int SecondsBits = 34;
        switch (data.Length)
        {
            case 4:
                return (BinaryPrimitives.ReadUInt32BigEndian(data), 0);
            case 8:
                var packed = BinaryPrimitives.ReadUInt64BigEndian(data);
                return ((long)(packed & ((1UL << SecondsBits) - 1)), (uint)(packed >> SecondsBits));
            default:
                return (BinaryPrimitives.ReadInt64BigEndian(data[4..]), BinaryPrimitives.ReadUInt32BigEndian(data));
        }
    }

    private readonly bool TryPeekExtensionHeader(out ExtensionHeader header, out int size)
    {
        header = default;
        if (!TryPeekHeader(MessagePackType.Extension, out var length, out size) || !_reader.TryPeek(size, out var typeCode))
        {
            return false;
        }

        size++;
        header = new ExtensionHeader((sbyte)typeCode, length);
        return true;
    }
}
