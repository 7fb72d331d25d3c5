using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.KeyValue;

/// <summary>
/// A command as MessagePack: <c>[1, key, value]</c> puts, <c>[2, key]</c> deletes, <c>[3, key, expected, replacement]</c> compares and swaps.
/// Keys and values are binary; nil as expected value means that there must be none, nil as replacement that the key is deleted.
/// </summary>
internal readonly ref struct KeyValueCommand
{
    private KeyValueCommand(KeyValueOperation operation, ReadOnlySpan<byte> key)
    {
        Operation = operation;
        Key = key;
    }

    public KeyValueOperation Operation { get; }

    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Whether there is a value to set.</summary>
    public bool HasValue { get; private init; }

    public ReadOnlySpan<byte> Value { get; private init; }

    /// <summary>Whether the key is expected to have a value.</summary>
    public bool HasExpected { get; private init; }

    public ReadOnlySpan<byte> Expected { get; private init; }

    public static void WritePut(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var writer = Begin(output, KeyValueOperation.Put, 3, key);
        writer.Write(value);
        writer.Flush();
    }

    public static void WriteDelete(IBufferWriter<byte> output, ReadOnlySpan<byte> key)
    {
        var writer = Begin(output, KeyValueOperation.Delete, 2, key);
        writer.Flush();
    }

    public static void WriteCompareAndSwap(
        IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte>? replacement)
    {
        var writer = Begin(output, KeyValueOperation.CompareAndSwap, 4, key);
        Write(ref writer, expected);
        Write(ref writer, replacement);
        writer.Flush();
    }

    /// <summary>Reads a command.</summary>
    /// <param name="bytes">In one piece; the command's spans lie in it.</param>
    /// <param name="command">The command, if the bytes are one.</param>
    /// <returns>Whether the bytes are a command and nothing else. Whether it keeps the limits is not asked here.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out KeyValueCommand command)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            return TryRead(ref reader, out command) && reader.End;
        }
        catch (MessagePackSerializationException)
        {
            command = default;
            return false;
        }
    }

    /// <summary>What is wrong with the lengths of key and values, if anything.</summary>
    public KeyValueRejection Check()
    {
        var rejection = KeyValueLimits.CheckKey(Key);
        rejection = rejection != KeyValueRejection.None ? rejection : KeyValueLimits.CheckValue(Expected);
        return rejection != KeyValueRejection.None ? rejection : KeyValueLimits.CheckValue(Value);
    }

    private static bool TryRead(scoped ref MessagePackReader reader, out KeyValueCommand command)
    {
        command = default;
        var fields = reader.ReadArrayHeader();
        var operation = (KeyValueOperation)reader.ReadByte();
        if (!TryReadBytes(ref reader, out var key))
        {
            return false;
        }

        switch (operation, fields)
        {
            case (KeyValueOperation.Put, 3):
                var hasPutValue = TryReadBytes(ref reader, out var put);
                command = new KeyValueCommand(operation, key) { HasValue = true, Value = put };
                return hasPutValue;
            case (KeyValueOperation.Delete, 2):
                command = new KeyValueCommand(operation, key);
                return true;
            case (KeyValueOperation.CompareAndSwap, 4):
                var hasExpected = TryReadBytes(ref reader, out var expected);
                var hasValue = TryReadBytes(ref reader, out var value);
                command = new KeyValueCommand(operation, key) { HasExpected = hasExpected, Expected = expected, HasValue = hasValue, Value = value };
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadBytes(scoped ref MessagePackReader reader, out ReadOnlySpan<byte> bytes)
    {
        var sequence = reader.ReadBytes();
        bytes = sequence.GetValueOrDefault().FirstSpan;
        return sequence.HasValue;
    }

    private static MessagePackWriter Begin(IBufferWriter<byte> output, KeyValueOperation operation, int fields, ReadOnlySpan<byte> key)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(fields);
        writer.Write((byte)operation);
        writer.Write(key);
        return writer;
    }

    private static void Write(ref MessagePackWriter writer, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes)
        {
            writer.Write(bytes.Span);
        }
        else
        {
            writer.WriteNil();
        }
    }
}
