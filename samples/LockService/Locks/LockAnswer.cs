using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Samples.Locks;

/// <summary>What the machine says to a command or query: the rejection in one byte, then who has the lock now, if somebody has.</summary>
/// <param name="Rejection">Why it said no; <see cref="LockRejection.None"/> if it did not.</param>
/// <param name="Holder">Who has the lock.</param>
public sealed record LockAnswer(LockRejection Rejection, LockHolder? Holder)
{
    /// <summary>Reads an answer.</summary>
    /// <exception cref="MessagePackSerializationException">The bytes are none.</exception>
    public static LockAnswer Read(ReadOnlyMemory<byte> bytes) => bytes.Length == 0
        ? throw new MessagePackSerializationException("An answer has no bytes; it has one or more.")
        : new LockAnswer((LockRejection)bytes.Span[0], bytes.Length == 1 ? null : LockHolder.Read(bytes[1..]));

    /// <summary>Writes it.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write([(byte)Rejection]);
        if (Holder is not null)
        {
            output.Write(Holder.ToBytes());
        }
    }
}
