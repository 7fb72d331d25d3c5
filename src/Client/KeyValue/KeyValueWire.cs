using System.Buffers;
using Consensus.Cryptography;
using Consensus.Serialization;

namespace Consensus.Client.KeyValue;

/// <summary>Commands and answers of the key-value machine as they lie in the log and in signed replies (MessagePack), for a client that recognises its own.</summary>
internal static class KeyValueWire
{
    private const byte MachineId = 1;
    private const byte Composite = 0xC1;

    // In the order of the numbers that the machine answers with.
    private static readonly KeyValueRejection[] Rejections =
    [
        KeyValueRejection.None, KeyValueRejection.KeyEmpty, KeyValueRejection.KeyTooLong, KeyValueRejection.ValueTooLong, KeyValueRejection.ComparisonFailed,
        KeyValueRejection.MalformedCommand, KeyValueRejection.MalformedQuery, KeyValueRejection.LimitOutOfRange, KeyValueRejection.MachineUnknown,
    ];

    public static Digest[] Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var buffer = Begin(1, 3, key, out var writer);
        writer.Write(value);
        return End(buffer, ref writer);
    }

    public static Digest[] Delete(ReadOnlySpan<byte> key)
    {
        var buffer = Begin(2, 2, key, out var writer);
        return End(buffer, ref writer);
    }

    public static Digest[] CompareAndSwap(ReadOnlySpan<byte> key, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte>? replacement)
    {
        var buffer = Begin(3, 4, key, out var writer);
        Write(ref writer, expected);
        Write(ref writer, replacement);
        return End(buffer, ref writer);
    }

    /// <summary>Reads the machine's answer to a command, which f+1 members have signed.</summary>
    /// <exception cref="ConsensusException">It is none: the group has another machine in its place.</exception>
    public static (KeyValueRejection Rejection, bool Existed, LogIndex Version) ReadOutcome(ReadOnlyMemory<byte> result)
    {
        if (result.Length == 2 && result.Span[0] == Composite)
        {
            return (KeyValueRejection.MachineUnknown, false, LogIndex.Zero);
        }

        try
        {
            var reader = new MessagePackReader(result);
            reader.ReadArrayHeader();
            var rejection = reader.ReadByte();
            var existed = reader.ReadBoolean();
            return (rejection < Rejections.Length ? Rejections[rejection] : KeyValueRejection.Other, existed, new LogIndex(reader.ReadUInt64()));
        }
        catch (MessagePackSerializationException exception)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"The result is not one of a key-value machine. {exception.Message}", exception);
        }
    }

    private static ArrayBufferWriter<byte> Begin(byte operation, int fields, ReadOnlySpan<byte> key, out MessagePackWriter writer)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + key.Length);
        buffer.Write([MachineId]);
        writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(fields);
        writer.Write(operation);
        writer.Write(key);
        return buffer;
    }

    /// <summary>The machine is one of several behind the log, as nodes have it, and its commands begin with its identity; or it is alone. Either is the same command.</summary>
    private static Digest[] End(ArrayBufferWriter<byte> buffer, ref MessagePackWriter writer)
    {
        writer.Flush();
        return [Blake3.Hash(buffer.WrittenSpan), Blake3.Hash(buffer.WrittenSpan[1..])];
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
