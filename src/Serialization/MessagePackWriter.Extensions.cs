using System.Buffers.Binary;

namespace Consensus.Serialization;

/// <content>Extensions, and the one that the specification defines: timestamps.</content>
public ref partial struct MessagePackWriter
{
    /// <summary>Writes an extension.</summary>
    public void WriteExtensionFormat(ExtensionResult extensionData)
    {
        WriteExtensionFormatHeader(extensionData.Header);
        WriteBytes(extensionData.Data);
    }

    /// <summary>Opens an extension, whose bytes follow by <see cref="WriteRaw(ReadOnlySpan{byte})"/>.</summary>
    public void WriteExtensionFormatHeader(ExtensionHeader extensionHeader)
    {
        switch (extensionHeader.Length)
        {
            case 1:
                WriteCode(MessagePackCode.FixExt1);
                break;
            case 2:
                WriteCode(MessagePackCode.FixExt2);
                break;
            case 4:
                WriteCode(MessagePackCode.FixExt4);
                break;
            case 8:
                WriteCode(MessagePackCode.FixExt8);
                break;
            case 16:
                WriteCode(MessagePackCode.FixExt16);
                break;
            case <= byte.MaxValue:
                WriteCode(MessagePackCode.Ext8, (byte)extensionHeader.Length);
                break;
            case <= ushort.MaxValue:
                WriteCode(MessagePackCode.Ext16, (ushort)extensionHeader.Length);
                break;
            default:
                WriteCode(MessagePackCode.Ext32, extensionHeader.Length);
                break;
        }

        WriteCode(unchecked((byte)extensionHeader.TypeCode));
    }

    /// <summary>Writes a timestamp in the smallest of the specification's three forms: 32, 64 or 96 bits.</summary>
    public void Write(MessagePackTimestamp timestamp)
    {
        const int SecondsBits = 34;
        if (timestamp.Seconds >> SecondsBits != 0)
        {
            WriteExtensionFormatHeader(new ExtensionHeader(MessagePackTimestamp.ExtensionTypeCode, 12));
            var span = Reserve(12);
            BinaryPrimitives.WriteUInt32BigEndian(span, timestamp.Nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(span[4..], timestamp.Seconds);
            _buffered += 12;
            return;
        }

        var packed = ((ulong)timestamp.Nanoseconds << SecondsBits) | (ulong)timestamp.Seconds;
        if (packed <= uint.MaxValue)
        {
            WriteExtensionFormatHeader(new ExtensionHeader(MessagePackTimestamp.ExtensionTypeCode, 4));
            BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), (uint)packed);
            _buffered += 4;
        }
        else
        {
            WriteExtensionFormatHeader(new ExtensionHeader(MessagePackTimestamp.ExtensionTypeCode, 8));
            BinaryPrimitives.WriteUInt64BigEndian(Reserve(8), packed);
            _buffered += 8;
        }
    }
}
