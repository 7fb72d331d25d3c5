using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Samples.Locks;

/// <summary>Who has a lock, as it lies in the state: <c>[owner, token, until]</c>, and from format 2 on <c>[owner, token, until, since]</c>.</summary>
/// <param name="Owner">Who has it.</param>
/// <param name="Token">The log index of the command that took it: higher for each later holder, so that what the lock protects can refuse an earlier one.</param>
/// <param name="Until">When it expires.</param>
/// <param name="Since">When it was taken; <see langword="null"/> if that was before format 2.</param>
public sealed record LockHolder(string Owner, ulong Token, Timestamp Until, Timestamp? Since)
{
    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="MessagePackSerializationException">It is something else.</exception>
    public static LockHolder Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var fields = reader.ReadArrayHeader();
        var owner = reader.ReadString() ?? "";
        var token = reader.ReadUInt64();
        var until = new Timestamp(reader.ReadInt64());
        var holder = new LockHolder(owner, token, until, fields == 4 ? new Timestamp(reader.ReadInt64()) : null);
        return fields is 3 or 4 && reader.End
            ? holder
            : throw new MessagePackSerializationException($"A holder has {fields} fields, or something follows it; 3 or 4 fields are allowed.");
    }

    /// <summary>Its bytes.</summary>
    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(Since is null ? 3 : 4);
        writer.Write(Owner);
        writer.Write(Token);
        writer.Write(Until.UnixMilliseconds);
        if (Since is { } since)
        {
            writer.Write(since.UnixMilliseconds);
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
