using System.Buffers.Binary;

namespace Consensus.Engine;

/// <summary>What an entry of <see cref="EntryKind.Epoch"/> begins with: the epoch's number, 8 bytes big-endian. What follows is for those who change epochs.</summary>
public static class EpochEntry
{
    /// <summary>How many bytes the number takes.</summary>
    public const int NumberSize = sizeof(ulong);

    /// <summary>The term of such an entry: terms, and the numbers of blocks, begin anew behind it.</summary>
    public static Term Term => default;

    /// <summary>Writes the number.</summary>
    /// <param name="destination">At least <see cref="NumberSize"/> bytes.</param>
    /// <param name="number">The epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static void WriteNumber(Span<byte> destination, Epoch number) => BinaryPrimitives.WriteUInt64BigEndian(destination, number.Value);

    /// <summary>Reads the number.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageCorrupt"/>: the entry is too short to have one.</exception>
    public static Epoch ReadNumber(in LogEntry entry) => entry.Payload.Length >= NumberSize
        ? new Epoch(BinaryPrimitives.ReadUInt64BigEndian(entry.Payload.Span))
        : throw new ConsensusException(ConsensusFailure.StorageCorrupt, $"Entry {entry.Index} of the log should begin an epoch; it has {entry.Payload.Length} bytes instead of at least {NumberSize}.");
}
