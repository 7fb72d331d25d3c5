using System.Buffers;

namespace Consensus.Serialization;

/// <summary>
/// Reads MessagePack values from memory in one piece or many. It accepts every valid encoding of a value, not only the
/// smallest, and trusts nothing: a length is compared with the bytes at hand before it is believed.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>Whatever the bytes, the only exception is <see cref="MessagePackSerializationException"/>. The position is unspecified afterwards.</item>
/// <item>Only <see cref="ReadString"/> allocates. Sequences and spans that are returned are slices of the input.</item>
/// <item>Pass the reader by reference: a copy reads on from its own position.</item>
/// </list>
/// Reference: the MessagePack specification, section "Deserialization: format to type conversion".
/// </remarks>
public ref partial struct MessagePackReader
{
    /// <summary>How deep arrays and maps may nest in a value that is skipped or read raw; scalars have depth zero.</summary>
    public const int DepthMax = 500;

    private SequenceReader<byte> _reader;

    /// <summary>Creates a reader at the start of <paramref name="memory"/>.</summary>
    public MessagePackReader(ReadOnlyMemory<byte> memory)
        : this(new ReadOnlySequence<byte>(memory))
    {
    }

    /// <summary>Creates a reader at the start of <paramref name="readOnlySequence"/>.</summary>
    public MessagePackReader(scoped in ReadOnlySequence<byte> readOnlySequence) =>
        _reader = new SequenceReader<byte>(readOnlySequence);

    /// <summary>Everything there is to read, from the start.</summary>
    public readonly ReadOnlySequence<byte> Sequence => _reader.Sequence;

    /// <summary>Where in <see cref="Sequence"/> the next value starts.</summary>
    public readonly SequencePosition Position => _reader.Position;

    /// <summary>Number of bytes read so far.</summary>
    public readonly long Consumed => _reader.Consumed;

    /// <summary>Whether all bytes are read.</summary>
    public readonly bool End => _reader.End;

    /// <summary>The next value's code, which is not consumed.</summary>
    /// <exception cref="MessagePackSerializationException">There is no next value.</exception>
    public readonly byte NextCode => _reader.TryPeek(out var code) ? code : throw Truncated("a value");

    /// <summary>The next value's kind; the value is not consumed.</summary>
    /// <exception cref="MessagePackSerializationException">There is no next value.</exception>
    public readonly MessagePackType NextMessagePackType => MessagePackCode.ToMessagePackType(NextCode);

    /// <summary>A reader at the same position, whose reading does not move this one.</summary>
    public readonly MessagePackReader CreatePeekReader() => this;

    /// <summary>Reads nil.</summary>
    public void ReadNil()
    {
        if (!TryReadNil())
        {
            throw Unexpected(NextCode, "nil");
        }
    }

    /// <summary>Reads nil if that is next; otherwise reads nothing and returns false.</summary>
    public bool TryReadNil()
    {
        if (NextCode != MessagePackCode.Nil)
        {
            return false;
        }

        _reader.Advance(1);
        return true;
    }

    /// <summary>Reads true or false.</summary>
    public bool ReadBoolean()
    {
        var code = NextCode;
        if (code is not (MessagePackCode.True or MessagePackCode.False))
        {
            throw Unexpected(code, "a boolean");
        }

        _reader.Advance(1);
        return code == MessagePackCode.True;
    }

    /// <summary>
    /// Reads the number of values that follow in an array. The bytes that are left can hold as many, so that a
    /// buffer for them is at most as many times larger than the input as an element is larger than a byte.
    /// </summary>
    public int ReadArrayHeader() => ReadHeader(MessagePackType.Array, bytesPerItemMin: 1);

    /// <summary>
    /// Reads the number of values that follow in an array, or returns false and reads nothing if the bytes at hand end before
    /// the header does or before that many values can. Anything else than an array is an error.
    /// </summary>
    public bool TryReadArrayHeader(out int count) => TryReadHeader(MessagePackType.Array, bytesPerItemMin: 1, out count);

    /// <summary>Reads the number of entries, each a key and a value, that follow in a map. The bytes that are left can hold as many.</summary>
    public int ReadMapHeader() => ReadHeader(MessagePackType.Map, bytesPerItemMin: 2);

    /// <summary>
    /// Reads the number of entries that follow in a map, or returns false and reads nothing if the bytes at hand end before
    /// the header does or before that many entries can. Anything else than a map is an error.
    /// </summary>
    public bool TryReadMapHeader(out int count) => TryReadHeader(MessagePackType.Map, bytesPerItemMin: 2, out count);

    /// <summary>Reads the next value, whatever it is, without decoding it, and returns its bytes.</summary>
    /// <inheritdoc cref="Skip" path="/remarks"/>
    public ReadOnlySequence<byte> ReadRaw()
    {
        var start = Position;
        Skip();
        return _reader.Sequence.Slice(start, Position);
    }

    /// <summary>Returns the next <paramref name="length"/> bytes, whatever they are.</summary>
    public ReadOnlySequence<byte> ReadRaw(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > _reader.Remaining)
        {
            throw TooLong("Raw data", (ulong)length, _reader.Remaining);
        }

        return Take(length);
    }

    /// <summary>Passes over the next value, whatever it is.</summary>
    /// <remarks>Structure is checked and text is not. Nesting beyond <see cref="DepthMax"/> is an error.</remarks>
    public void Skip() => SkipValue(depth: 0);

    private void SkipValue(int depth)
    {
        var code = NextCode;
        switch (MessagePackCode.ToMessagePackType(code))
        {
            case MessagePackType.Nil:
            case MessagePackType.Boolean:
                _reader.Advance(1);
                break;
            case MessagePackType.Integer:
                ReadInteger(out _);
                break;
            case MessagePackType.Float:
                ReadDouble();
                break;
            case MessagePackType.String:
                _reader.Advance(ReadHeader(MessagePackType.String, bytesPerItemMin: 1));
                break;
            case MessagePackType.Binary:
                _reader.Advance(ReadHeader(MessagePackType.Binary, bytesPerItemMin: 1));
                break;
            case MessagePackType.Extension:
                _reader.Advance(ReadExtensionFormatHeader().Length);
                break;
            case MessagePackType.Array:
                ThrowIfTooDeep(depth);
                SkipValues(ReadArrayHeader(), depth + 1);
                break;
            case MessagePackType.Map:
                ThrowIfTooDeep(depth);
                SkipValues(2L * ReadMapHeader(), depth + 1);
                break;
            case MessagePackType.Unknown:
            default:
                throw Unexpected(code, "a value");
        }
    }

    private void SkipValues(long count, int depth)
    {
        for (; count > 0; count--)
        {
            SkipValue(depth);
        }
    }

    private readonly void ThrowIfTooDeep(int depth)
    {
        if (depth >= DepthMax)
        {
            throw Failure($"Arrays and maps nest deeper at offset {Consumed} than the {DepthMax} levels that are allowed.");
        }
    }

    private ReadOnlySequence<byte> Take(long length)
    {
        var slice = _reader.Sequence.Slice(_reader.Position, length);
        _reader.Advance(length);
        return slice;
    }
}
