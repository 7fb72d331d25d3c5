using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Consensus.Serialization;

/// <content>Strings are valid UTF-8, always: what this writer accepts its reader accepts.</content>
public ref partial struct MessagePackWriter
{
    private const int LengthHeaderSizeMax = 5;

    /// <summary>Writes a string, or nil for a null reference.</summary>
    /// <exception cref="MessagePackSerializationException"><paramref name="value"/> has an unpaired surrogate.</exception>
    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNil();
        }
        else
        {
            Write(value.AsSpan());
        }
    }

    /// <summary>Writes a string.</summary>
    /// <exception cref="MessagePackSerializationException"><paramref name="value"/> has an unpaired surrogate.</exception>
    public void Write(scoped ReadOnlySpan<char> value)
    {
        // Room for the header as well, so that nothing is flushed between the two and a refused string leaves no trace.
        // An unpaired surrogate is counted as the three bytes of its replacement, then refused.
        var byteCount = Encoding.UTF8.GetByteCount(value);
        Reserve(checked(LengthHeaderSizeMax + byteCount));
        var start = _buffered;
        WriteStringHeader(byteCount);
        var status = Utf8.FromUtf16(value, _span[_buffered..], out var charsRead, out var bytesWritten, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
        {
            _buffered = start;
            throw new MessagePackSerializationException(
                $"The string has an unpaired surrogate at index {charsRead} of {value.Length}; only valid Unicode text has a MessagePack form.");
        }

        _buffered += bytesWritten;
    }

    /// <summary>Writes a string that is UTF-8 already.</summary>
    /// <exception cref="MessagePackSerializationException"><paramref name="utf8stringBytes"/> is not valid UTF-8.</exception>
    public void WriteString(scoped ReadOnlySpan<byte> utf8stringBytes)
    {
        if (!Utf8.IsValid(utf8stringBytes))
        {
            throw new MessagePackSerializationException(
                "The bytes of the string are not valid UTF-8; write bytes that are not text as binary.");
        }

        WriteStringHeader(utf8stringBytes.Length);
        WriteBytes(utf8stringBytes);
    }

    /// <summary>Opens a string of <paramref name="byteCount"/> UTF-8 bytes, which follow by <see cref="WriteRaw(ReadOnlySpan{byte})"/>.</summary>
    public void WriteStringHeader(int byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        switch (byteCount)
        {
            case <= MessagePackCode.MaxFixStr - MessagePackCode.MinFixStr:
                WriteCode((byte)(MessagePackCode.MinFixStr | byteCount));
                break;
            case <= byte.MaxValue:
                WriteCode(MessagePackCode.Str8, (byte)byteCount);
                break;
            case <= ushort.MaxValue:
                WriteCode(MessagePackCode.Str16, (ushort)byteCount);
                break;
            default:
                WriteCode(MessagePackCode.Str32, (uint)byteCount);
                break;
        }
    }

    /// <summary>Writes bytes, or nil for a null reference.</summary>
    public void Write(byte[]? src)
    {
        if (src is null)
        {
            WriteNil();
        }
        else
        {
            Write(src.AsSpan());
        }
    }

    /// <summary>Writes bytes.</summary>
    public void Write(scoped ReadOnlySpan<byte> src)
    {
        WriteBinHeader(src.Length);
        WriteBytes(src);
    }

    /// <summary>Writes bytes.</summary>
    /// <exception cref="OverflowException"><paramref name="src"/> is longer than <see cref="int.MaxValue"/>.</exception>
    public void Write(scoped in ReadOnlySequence<byte> src)
    {
        WriteBinHeader(checked((int)src.Length));
        WriteBytes(src);
    }

    /// <summary>Opens <paramref name="length"/> bytes, which follow by <see cref="WriteRaw(ReadOnlySpan{byte})"/>.</summary>
    public void WriteBinHeader(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        switch (length)
        {
            case <= byte.MaxValue:
                WriteCode(MessagePackCode.Bin8, (byte)length);
                break;
            case <= ushort.MaxValue:
                WriteCode(MessagePackCode.Bin16, (ushort)length);
                break;
            default:
                WriteCode(MessagePackCode.Bin32, (uint)length);
                break;
        }
    }
}
