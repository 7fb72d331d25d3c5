namespace Consensus.Serialization;

/// <content>Integers take the smallest of the unsigned forms if they are not negative, else the smallest signed one.</content>
public ref partial struct MessagePackWriter
{
    /// <summary>Writes an integer.</summary>
    public void Write(byte value) => Write((ulong)value);

    /// <inheritdoc cref="Write(byte)"/>
    public void Write(ushort value) => Write((ulong)value);

    /// <inheritdoc cref="Write(byte)"/>
    public void Write(uint value) => Write((ulong)value);

    /// <inheritdoc cref="Write(byte)"/>
    public void Write(ulong value)
    {
        switch (value)
        {
            case <= MessagePackCode.MaxFixInt:
                WriteCode((byte)value);
                break;
            case <= byte.MaxValue:
                WriteCode(MessagePackCode.UInt8, (byte)value);
                break;
            case <= ushort.MaxValue:
                WriteCode(MessagePackCode.UInt16, (ushort)value);
                break;
            case <= uint.MaxValue:
                WriteCode(MessagePackCode.UInt32, (uint)value);
                break;
            default:
                WriteCode(MessagePackCode.UInt64, value);
                break;
        }
    }

    /// <inheritdoc cref="Write(byte)"/>
    public void Write(sbyte value) => Write((long)value);

    /// <inheritdoc cref="Write(byte)"/>
    public void Write(short value) => Write((long)value);

    /// <inheritdoc cref="Write(byte)"/>
    public void Write(int value) => Write((long)value);

    /// <inheritdoc cref="Write(byte)"/>
    public void Write(long value)
    {
        switch (value)
        {
            case >= 0:
                Write((ulong)value);
                break;
            case >= unchecked((sbyte)MessagePackCode.MinNegativeFixInt):
                WriteCode(unchecked((byte)value));
                break;
            case >= sbyte.MinValue:
                WriteCode(MessagePackCode.Int8, unchecked((byte)value));
                break;
            case >= short.MinValue:
                WriteCode(MessagePackCode.Int16, unchecked((ushort)value));
                break;
            case >= int.MinValue:
                WriteCode(MessagePackCode.Int32, unchecked((uint)value));
                break;
            default:
                WriteCode(MessagePackCode.Int64, unchecked((ulong)value));
                break;
        }
    }

    /// <summary>Writes a floating-point number of 32 bits.</summary>
    public void Write(float value) => WriteCode(MessagePackCode.Float32, BitConverter.SingleToUInt32Bits(value));

    /// <summary>
    /// Writes a floating-point number: in 32 bits where that loses nothing, else in 64. It never becomes an integer.
    /// </summary>
    public void Write(double value)
    {
        // What a conversion does to the payload of a NaN depends on the processor, so NaN keeps its 64 bits; infinities
        // and negative zero convert exactly and shrink.
        var single = (float)value;
        if (!double.IsNaN(value) && BitConverter.DoubleToUInt64Bits(single) == BitConverter.DoubleToUInt64Bits(value))
        {
            Write(single);
        }
        else
        {
            WriteCode(MessagePackCode.Float64, BitConverter.DoubleToUInt64Bits(value));
        }
    }
}
