namespace Consensus.Serialization;

/// <content>A number is read from any of its forms; one that the wanted type cannot hold is an error, never cut.</content>
public ref partial struct MessagePackReader
{
    /// <summary>Reads an integer from 0 to 255.</summary>
    public byte ReadByte() => (byte)ReadUnsigned(byte.MaxValue);

    /// <summary>Reads an integer from 0 to 65,535.</summary>
    public ushort ReadUInt16() => (ushort)ReadUnsigned(ushort.MaxValue);

    /// <summary>Reads an integer from 0 to 2³²−1.</summary>
    public uint ReadUInt32() => (uint)ReadUnsigned(uint.MaxValue);

    /// <summary>Reads an integer from 0 to 2⁶⁴−1.</summary>
    public ulong ReadUInt64() => ReadUnsigned(ulong.MaxValue);

    /// <summary>Reads an integer from −128 to 127.</summary>
    public sbyte ReadSByte() => (sbyte)ReadSigned(sbyte.MinValue, sbyte.MaxValue);

    /// <summary>Reads an integer from −32,768 to 32,767.</summary>
    public short ReadInt16() => (short)ReadSigned(short.MinValue, short.MaxValue);

    /// <summary>Reads an integer from −2³¹ to 2³¹−1.</summary>
    public int ReadInt32() => (int)ReadSigned(int.MinValue, int.MaxValue);

    /// <summary>Reads an integer from −2⁶³ to 2⁶³−1.</summary>
    public long ReadInt64() => ReadSigned(long.MinValue, long.MaxValue);

    /// <summary>
    /// Reads a number as 32-bit floating point: also an integer, rounded to the nearest, and 64 bits if they lose nothing.
    /// </summary>
    public float ReadSingle()
    {
        switch (NextCode)
        {
            case MessagePackCode.Float32:
                return BitConverter.UInt32BitsToSingle((uint)ReadOperand(sizeof(float)));
            case MessagePackCode.Float64:
                var start = Consumed;
                var wide = BitConverter.UInt64BitsToDouble(ReadOperand(sizeof(double)));
                var narrow = (float)wide;
                return double.IsNaN(wide) || narrow == wide
                    ? narrow
                    : throw Failure($"The number {wide} at offset {start} has no exact form in 32 bits; read it in 64.");
            default:
                var bits = ReadInteger(out var isNegative);
                return isNegative ? (long)bits : bits;
        }
    }

    /// <summary>Reads a number as 64-bit floating point: also 32 bits, and an integer, rounded to the nearest.</summary>
    public double ReadDouble()
    {
        switch (NextCode)
        {
            case MessagePackCode.Float32:
                return BitConverter.UInt32BitsToSingle((uint)ReadOperand(sizeof(float)));
            case MessagePackCode.Float64:
                return BitConverter.UInt64BitsToDouble(ReadOperand(sizeof(double)));
            default:
                var bits = ReadInteger(out var isNegative);
                return isNegative ? (long)bits : bits;
        }
    }

    private ulong ReadUnsigned(ulong max)
    {
        var start = Consumed;
        var bits = ReadInteger(out var isNegative);
        if (isNegative)
        {
            throw Failure($"The integer {(long)bits} at offset {start} is out of range: 0 to {max} are allowed.");
        }

        return bits <= max ? bits : throw Failure($"The integer {bits} at offset {start} is out of range: 0 to {max} are allowed.");
    }

    private long ReadSigned(long min, long max)
    {
        var start = Consumed;
        var bits = ReadInteger(out var isNegative);
        if (!isNegative && bits > (ulong)max)
        {
            throw Failure($"The integer {bits} at offset {start} is out of range: {min} to {max} are allowed.");
        }

        var value = (long)bits;
        return value >= min ? value : throw Failure($"The integer {value} at offset {start} is out of range: {min} to {max} are allowed.");
    }

    /// <summary>Reads an integer of any form as 64 bits, in two's complement where it is negative.</summary>
    private ulong ReadInteger(out bool isNegative)
    {
        var code = NextCode;
        switch (code)
        {
            case <= MessagePackCode.MaxFixInt:
                _reader.Advance(1);
                isNegative = false;
                return code;
            case >= MessagePackCode.MinNegativeFixInt:
                _reader.Advance(1);
                isNegative = true;
                return SignExtended(code, sizeof(sbyte));
            case >= MessagePackCode.UInt8 and <= MessagePackCode.UInt64:
                isNegative = false;
                return ReadOperand(1 << (code - MessagePackCode.UInt8));
            case >= MessagePackCode.Int8 and <= MessagePackCode.Int64:
                var width = 1 << (code - MessagePackCode.Int8);
                var bits = SignExtended(ReadOperand(width), width);
                isNegative = (long)bits < 0;
                return bits;
            default:
                throw Unexpected(code, "a number");
        }
    }

    private static ulong SignExtended(ulong operand, int width)
    {
        var unused = 8 * (sizeof(ulong) - width);
        return (ulong)((long)(operand << unused) >> unused);
    }

    private ulong ReadOperand(int width)
    {
        if (!TryPeekOperand(width, out var operand))
        {
            throw Truncated("the number");
        }

        _reader.Advance(1 + width);
        return operand;
    }
}
