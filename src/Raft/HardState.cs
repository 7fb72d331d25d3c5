using System.Buffers.Binary;
using Consensus.Engine;

namespace Consensus.Raft;

/// <summary>What a replica must never forget: its term and its vote in it (section 5.2). One slot of the write-ahead log.</summary>
/// <param name="Term">The current term.</param>
/// <param name="VotedFor">Who got the vote; none if nobody did.</param>
internal readonly record struct HardState(Term Term, NodeId VotedFor)
{
    /// <summary>The slot's number.</summary>
    public const ulong Slot = 1;

    private const int Size = 12;

    /// <summary>Reads what was recovered; the first start has term zero.</summary>
    /// <exception cref="ConsensusException">The slot's value is not a hard state.</exception>
    public static HardState Read(RecoveredState recovered)
    {
        if (!recovered.Slots.TryGetValue(Slot, out var value))
        {
            return default;
        }

        if (value.Length != Size)
        {
            throw new ConsensusException(
                ConsensusFailure.StorageCorrupt,
                $"The log's term and vote (slot {Slot}) have {value.Length} bytes instead of {Size}. The log was written by another engine or a newer version.");
        }

        return FromBytes(value.Span);
    }

    /// <summary>Reads the slot's value.</summary>
    public static HardState FromBytes(ReadOnlySpan<byte> value) => new(
        new Term(BinaryPrimitives.ReadUInt64LittleEndian(value)),
        new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(value[8..])));

    /// <summary>The slot's value.</summary>
    public byte[] ToBytes()
    {
        var value = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(value, Term.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(8), VotedFor.Value);
        return value;
    }
}
