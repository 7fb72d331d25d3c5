using System.Buffers;
using System.Text;
using Consensus.Serialization;

namespace Consensus.Samples.Locks;

/// <summary>A command as MessagePack: <c>[1, name, owner, milliseconds]</c>, <c>[2, name, owner]</c>, <c>[3, format]</c>. A query is a name alone.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Name">The lock.</param>
/// <param name="Owner">Who asks.</param>
/// <param name="Number">For how many milliseconds; or the format.</param>
public readonly record struct LockCommand(LockCommandKind Kind, string Name, string Owner, long Number)
{
    /// <summary>Whether all of it is within the bounds.</summary>
    public bool IsInBounds => Kind switch
    {
        LockCommandKind.Acquire => IsName(Name) && IsName(Owner) && Number is > 0 and <= LockLimits.MillisecondsMax,
        LockCommandKind.Release => IsName(Name) && IsName(Owner),
        LockCommandKind.RaiseFormat => Number is > 0 and <= byte.MaxValue,
    };

    /// <summary>Reads a command.</summary>
    /// <returns>Whether the bytes are one, and nothing follows it.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out LockCommand command)
    {
        command = default;
        try
        {
            var reader = new MessagePackReader(bytes.ToArray());
            var fields = reader.ReadArrayHeader();
            var kind = (LockCommandKind)reader.ReadByte();
            command = (kind, fields) switch
            {
                (LockCommandKind.Acquire, 4) => new LockCommand(kind, Text(ref reader), Text(ref reader), reader.ReadInt64()),
                (LockCommandKind.Release, 3) => new LockCommand(kind, Text(ref reader), Text(ref reader), 0),
                (LockCommandKind.RaiseFormat, 2) => new LockCommand(kind, "", "", reader.ReadInt64()),
                _ => default,
            };
            return command.Kind != default && reader.End;
        }
        catch (MessagePackSerializationException)
        {
            return false;
        }
    }

    /// <summary>Reads a query.</summary>
    public static bool TryReadQuery(ReadOnlySpan<byte> bytes, out string name)
    {
        name = "";
        try
        {
            var reader = new MessagePackReader(bytes.ToArray());
            name = Text(ref reader);
            return reader.End && IsName(name);
        }
        catch (MessagePackSerializationException)
        {
            return false;
        }
    }

    /// <summary>The command's bytes.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        switch (Kind)
        {
            case LockCommandKind.Acquire:
                writer.WriteArrayHeader(4);
                writer.Write((byte)Kind);
                writer.Write(Name);
                writer.Write(Owner);
                writer.Write(Number);
                break;
            case LockCommandKind.Release:
                writer.WriteArrayHeader(3);
                writer.Write((byte)Kind);
                writer.Write(Name);
                writer.Write(Owner);
                break;
            case LockCommandKind.RaiseFormat:
                writer.WriteArrayHeader(2);
                writer.Write((byte)Kind);
                writer.Write(Number);
                break;
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>A query's bytes.</summary>
    public static ReadOnlyMemory<byte> QueryBytes(string name)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.Write(name);
        writer.Flush();
        return output.WrittenMemory;
    }

    private static bool IsName(string text) => text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= LockLimits.NameBytesMax;

    private static string Text(ref MessagePackReader reader) => reader.ReadString() ?? "";
}
