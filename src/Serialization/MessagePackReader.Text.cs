using System.Buffers;
using System.Text;

namespace Consensus.Serialization;

/// <content>Strings and bytes are different types: neither is read as the other.</content>
public ref partial struct MessagePackReader
{
    private const int StackCopyMax = 256;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a string, or nil as a null reference.</summary>
    /// <exception cref="MessagePackSerializationException">The next value is neither, is incomplete, or is not valid UTF-8.</exception>
    public string? ReadString()
    {
        if (TryReadNil())
        {
            return null;
        }

        var start = Consumed;
        var length = ReadHeader(MessagePackType.String, bytesPerItemMin: 1);
        try
        {
            var text = _reader.UnreadSpan.Length >= length
                ? StrictUtf8.GetString(_reader.UnreadSpan[..length])
                : ReadStringAcrossSegments(length);
            _reader.Advance(length);
            return text;
        }
        catch (DecoderFallbackException e)
        {
            throw new MessagePackSerializationException($"The string of {length} bytes at offset {start} is not valid UTF-8.", e);
        }
    }

    /// <summary>Reads the UTF-8 bytes of a string as they are, without checking that they are valid; nil gives null.</summary>
    public ReadOnlySequence<byte>? ReadStringSequence() =>
        TryReadNil() ? null : Take(ReadHeader(MessagePackType.String, bytesPerItemMin: 1));

    /// <summary>
    /// Reads the UTF-8 bytes of a string as they are, without checking that they are valid. Returns false and reads nothing
    /// if nil is next or if the bytes are not in one piece; then ask <see cref="ReadStringSequence"/>.
    /// </summary>
    public bool TryReadStringSpan(out ReadOnlySpan<byte> span)
    {
        span = default;
        if (NextCode == MessagePackCode.Nil)
        {
            return false;
        }

        var ahead = this;
        var length = ahead.ReadHeader(MessagePackType.String, bytesPerItemMin: 1);
        if (ahead._reader.UnreadSpan.Length < length)
        {
            return false;
        }

        span = ahead._reader.UnreadSpan[..length];
        ahead._reader.Advance(length);
        this = ahead;
        return true;
    }

    /// <summary>Reads bytes; nil gives null.</summary>
    public ReadOnlySequence<byte>? ReadBytes() =>
        TryReadNil() ? null : Take(ReadHeader(MessagePackType.Binary, bytesPerItemMin: 1));

    private readonly string ReadStringAcrossSegments(int length)
    {
        // The header was checked: so many bytes exist, and a copy of them is no larger than the input.
        byte[]? rented = null;
        var copy = length <= StackCopyMax
            ? stackalloc byte[StackCopyMax]
            : (rented = ArrayPool<byte>.Shared.Rent(length));
        try
        {
            copy = copy[..length];
            _reader.TryCopyTo(copy);
            return StrictUtf8.GetString(copy);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }
}
