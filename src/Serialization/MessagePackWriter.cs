using System.Buffers;
using System.Buffers.Binary;

namespace Consensus.Serialization;

/// <summary>
/// Writes MessagePack values, each in its smallest encoding, so that a value has exactly one form and may be signed or
/// hashed as bytes.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>Bytes collect in a span of the output; they are part of it only after <see cref="Flush"/>.</item>
/// <item>Pass the writer by reference: a copy has its own count of unflushed bytes and overwrites the original's.</item>
/// <item>The writer does not match array and map headers with what follows them.</item>
/// </list>
/// Reference: the MessagePack specification, section "Serialization: type to format conversion".
/// </remarks>
public ref partial struct MessagePackWriter
{
    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _buffered;

    /// <summary>Creates a writer that appends to <paramref name="output"/>.</summary>
    public MessagePackWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
    }

    /// <summary>Hands what was written to the output. The writer stays usable.</summary>
    public void Flush()
    {
        if (_buffered > 0)
        {
            _output.Advance(_buffered);
            _buffered = 0;
        }

        _span = default;
    }

    /// <summary>Gives room for at least <paramref name="length"/> bytes of encoded MessagePack; follow it with <see cref="Advance"/>.</summary>
    public Span<byte> GetSpan(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Reserve(length);
    }

    /// <summary>Counts <paramref name="length"/> bytes of the span last returned by <see cref="GetSpan"/> as written.</summary>
    public void Advance(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(_span.Length - _buffered), nameof(length));
        _buffered += length;
    }

    /// <summary>Copies bytes that are MessagePack already.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> rawMessagePackBlock) => WriteBytes(rawMessagePackBlock);

    /// <summary>Copies bytes that are MessagePack already.</summary>
    public void WriteRaw(scoped in ReadOnlySequence<byte> rawMessagePackBlock) => WriteBytes(rawMessagePackBlock);

    /// <summary>Writes nil.</summary>
    public void WriteNil() => WriteCode(MessagePackCode.Nil);

    /// <summary>Writes true or false.</summary>
    public void Write(bool value) => WriteCode(value ? MessagePackCode.True : MessagePackCode.False);

    /// <summary>Opens an array of <paramref name="count"/> values, which follow.</summary>
    public void WriteArrayHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        WriteArrayHeader((uint)count);
    }

    /// <inheritdoc cref="WriteArrayHeader(int)"/>
    public void WriteArrayHeader(uint count)
    {
        if (count <= MessagePackCode.MaxFixArray - MessagePackCode.MinFixArray)
        {
            WriteCode((byte)(MessagePackCode.MinFixArray | count));
        }
        else if (count <= ushort.MaxValue)
        {
            WriteCode(MessagePackCode.Array16, (ushort)count);
        }
        else
        {
            WriteCode(MessagePackCode.Array32, count);
        }
    }

    /// <summary>Opens a map of <paramref name="count"/> entries; a key and a value for each follow.</summary>
    public void WriteMapHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        WriteMapHeader((uint)count);
    }

    /// <inheritdoc cref="WriteMapHeader(int)"/>
    public void WriteMapHeader(uint count)
    {
        if (count <= MessagePackCode.MaxFixMap - MessagePackCode.MinFixMap)
        {
            WriteCode((byte)(MessagePackCode.MinFixMap | count));
        }
        else if (count <= ushort.MaxValue)
        {
            WriteCode(MessagePackCode.Map16, (ushort)count);
        }
        else
        {
            WriteCode(MessagePackCode.Map32, count);
        }
    }

    private Span<byte> Reserve(int length)
    {
        if (_span.Length - _buffered < length)
        {
            Flush();
            _span = _output.GetSpan(length);
        }

        return _span[_buffered..];
    }

    private void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= _span.Length - _buffered)
        {
            bytes.CopyTo(_span[_buffered..]);
            _buffered += bytes.Length;
            return;
        }

        // Larger than what is left: let the output choose its pieces instead of demanding one contiguous block.
        Flush();
        _output.Write(bytes);
    }

    private void WriteBytes(scoped in ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            WriteBytes(segment.Span);
        }
    }

    private void WriteCode(byte code)
    {
        Reserve(1)[0] = code;
        _buffered++;
    }

    private void WriteCode(byte code, byte operand)
    {
        var span = Reserve(2);
        span[1] = operand;
        span[0] = code;
        _buffered += 2;
    }

    private void WriteCode(byte code, ushort operand)
    {
        var span = Reserve(3);
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], operand);
        span[0] = code;
        _buffered += 3;
    }

    private void WriteCode(byte code, uint operand)
    {
        var span = Reserve(5);
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], operand);
        span[0] = code;
        _buffered += 5;
    }

    private void WriteCode(byte code, ulong operand)
    {
        var span = Reserve(9);
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], operand);
        span[0] = code;
        _buffered += 9;
    }
}
