using System.Buffers.Binary;

namespace Consensus.Engine;

/// <summary>
/// What an entry of <see cref="EntryKind.Epoch"/> begins with: the epoch's number, 8 bytes big-endian; how many bytes the members take, 4 bytes big-endian; and as many of these (<see cref="MembershipCodec"/>), none if they are the same as before. What follows
/// is for those who change epochs.
/// </summary>
public static class EpochEntry
{
    private const int NumberSize = sizeof(ulong);
    private const int HeaderSize = NumberSize + sizeof(uint);

    /// <summary>The term of such an entry: terms, and the numbers of blocks, begin anew behind it.</summary>
    public static Term Term => default;

    /// <summary>Writes an entry's payload.</summary>
    /// <param name="number">The epoch.</param>
    /// <param name="membership">Who belongs to the group from then on; nothing, if the same as before.</param>
    /// <param name="rest">What is for those who change epochs.</param>
    /// <exception cref="ArgumentException"><paramref name="membership"/> cannot be written.</exception>
    public static byte[] Encode(Epoch number, ClusterMembership? membership, ReadOnlySpan<byte> rest)
    {
        var members = membership is null ? [] : MembershipCodec.Encode(membership);
        var payload = new byte[HeaderSize + members.Length + rest.Length];
        BinaryPrimitives.WriteUInt64BigEndian(payload, number.Value);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(NumberSize), members.Length);
        members.CopyTo(payload, HeaderSize);
        rest.CopyTo(payload.AsSpan(HeaderSize + members.Length));
        return payload;
    }

    /// <summary>Reads the number.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageCorrupt"/>: the entry is too short to have one.</exception>
    public static Epoch ReadNumber(in LogEntry entry) => entry.Payload.Length >= HeaderSize
        ? new Epoch(BinaryPrimitives.ReadUInt64BigEndian(entry.Payload.Span))
        : throw Corrupt(entry, $"it has {entry.Payload.Length} bytes instead of at least {HeaderSize}");

    /// <summary>Reads who belongs to the group from then on.</summary>
    /// <returns>The members; nothing, if they are the same as before.</returns>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageCorrupt"/>: the entry is too short, or its members are none.</exception>
    public static ClusterMembership? ReadMembership(in LogEntry entry)
    {
        ReadNumber(entry);
        var length = BinaryPrimitives.ReadInt32BigEndian(entry.Payload.Span[NumberSize..]);
        if (length < 0 || length > entry.Payload.Length - HeaderSize)
        {
            throw Corrupt(entry, $"its members should have {length} bytes, of {entry.Payload.Length - HeaderSize} that it has");
        }

        try
        {
            return length == 0 ? null : MembershipCodec.Decode(entry.Payload.Span.Slice(HeaderSize, length));
        }
        catch (MessageFormatException exception)
        {
            throw Corrupt(entry, $"its members are none: {exception.Message}");
        }
    }

    private static ConsensusException Corrupt(in LogEntry entry, string why) =>
        new(ConsensusFailure.StorageCorrupt, $"Entry {entry.Index} of the log should begin an epoch; {why}.");
}
