using System.Buffers.Binary;

namespace Consensus.Serialization;

/// <content>
/// Every value is a code, then a big-endian operand of 0, 1, 2, 4 or 8 bytes (a number, or a length), then what the
/// length announces. Nothing is consumed before it is known to be there.
/// </content>
public ref partial struct MessagePackReader
{
    private int ReadHeader(MessagePackType type, int bytesPerItemMin)
    {
        if (!TryPeekHeader(type, out var length, out var size))
        {
            throw Truncated($"the length of {type}");
        }

        var available = _reader.Remaining - size;
        if (!Holds(available, length, bytesPerItemMin))
        {
            throw TooLong(type.ToString(), length, available);
        }

        _reader.Advance(size);
        return (int)length;
    }

    private bool TryReadHeader(MessagePackType type, int bytesPerItemMin, out int length)
    {
        if (End || !TryPeekHeader(type, out var announced, out var size) || !Holds(_reader.Remaining - size, announced, bytesPerItemMin))
        {
            length = 0;
            return false;
        }

        _reader.Advance(size);
        length = (int)announced;
        return true;
    }

    /// <summary>Whether so many items can follow; more than an <see cref="int"/> counts can never.</summary>
    private static bool Holds(long available, uint length, int bytesPerItemMin) =>
        length <= int.MaxValue && length * (long)bytesPerItemMin <= available;

    /// <summary>Decodes a length without consuming it; false if the bytes end within it.</summary>
    private readonly bool TryPeekHeader(MessagePackType type, out uint length, out int size)
    {
        var code = NextCode;
        if (MessagePackCode.ToMessagePackType(code) != type)
        {
            throw Unexpected(code, type.ToString());
        }

        var width = LengthWidth(code);
        size = 1 + width;
        if (width == 0)
        {
            length = LengthWithin(code);
            return true;
        }

        var complete = TryPeekOperand(width, out var operand);
        length = (uint)operand;
        return complete;
    }

    private static int LengthWidth(byte code) => code switch
    {
        MessagePackCode.Bin8 or MessagePackCode.Ext8 or MessagePackCode.Str8 => 1,
        MessagePackCode.Bin16 or MessagePackCode.Ext16 or MessagePackCode.Str16 or MessagePackCode.Array16 or MessagePackCode.Map16 => 2,
        MessagePackCode.Bin32 or MessagePackCode.Ext32 or MessagePackCode.Str32 or MessagePackCode.Array32 or MessagePackCode.Map32 => 4,
        _ => 0,
    };

    private static uint LengthWithin(byte code) => code switch
    {
        <= MessagePackCode.MaxFixArray => code & 0x0Fu,
        <= MessagePackCode.MaxFixStr => code & 0x1Fu,
        _ => 1u << (code - MessagePackCode.FixExt1),
    };

    private readonly bool TryPeekOperand(int width, out ulong operand)
    {
        var span = _reader.UnreadSpan;
        if (span.Length > width)
        {
            operand = Decode(span.Slice(1, width));
            return true;
        }

        return TryPeekOperandAcrossSegments(width, out operand);
    }

    private readonly bool TryPeekOperandAcrossSegments(int width, out ulong operand)
    {
        Span<byte> copy = stackalloc byte[1 + sizeof(ulong)];
        copy = copy[..(1 + width)];
        var complete = _reader.TryCopyTo(copy);
        operand = complete ? Decode(copy[1..]) : 0;
        return complete;
    }

    private static ulong Decode(ReadOnlySpan<byte> operand) => operand.Length switch
    {
        1 => operand[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(operand),
        4 => BinaryPrimitives.ReadUInt32BigEndian(operand),
        _ => BinaryPrimitives.ReadUInt64BigEndian(operand),
    };

    private readonly MessagePackSerializationException Truncated(string expected) =>
        Failure($"The data ends at offset {_reader.Length} before {expected} that starts at offset {Consumed} does.");

    private readonly MessagePackSerializationException Unexpected(byte code, string expected) =>
        Failure($"Expected {expected} at offset {Consumed} and found the code 0x{code:x2} ({MessagePackCode.ToMessagePackType(code)}).");

    private readonly MessagePackSerializationException TooLong(string what, ulong length, long available) =>
        Failure($"{what} at offset {Consumed} announces a length of {length}, more than the {available} bytes that are left can hold.");

    private static MessagePackSerializationException Failure(string message) => new(message);
}
