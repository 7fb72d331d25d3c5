using System.Buffers.Binary;
using System.Collections.Immutable;
using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>
/// The first frame of a segment's first batch: what all earlier segments amount to, beside their entries. It lets them be deleted.
/// Body: <c>whether the position is known u8 ‖ index u64 ‖ term u64 ‖ chain hash 32 bytes ‖ number of slots u32 ‖ for each: slot u64,
/// length u32, value</c>. The frame's LSN is that of the last record before the segment.
/// </summary>
internal sealed record Checkpoint(Lsn LastLsn, LogTail Tail, ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> Slots)
{
    private const int FixedBytes = 1 + 8 + 8 + Digest.Size + 4;
    private const int SlotFixedBytes = 12;

    /// <summary>Writes a batch's header's room and the checkpoint's frame.</summary>
    public static byte[] Encode(LogState state)
    {
        var size = FixedBytes + state.Slots.Sum(slot => SlotFixedBytes + slot.Value.Length);
        var bytes = new byte[BatchHeader.Bytes + RecordFrame.HeaderBytes + size];
        var frame = bytes.AsSpan(BatchHeader.Bytes);
        var body = frame[RecordFrame.HeaderBytes..];
        body[0] = state.Tail.IsKnown ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64LittleEndian(body[1..], state.Tail.Position.Index.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(body[9..], state.Tail.Position.Term.Value);
        state.Tail.Position.Chain.CopyTo(body[17..]);
        BinaryPrimitives.WriteInt32LittleEndian(body[49..], state.Slots.Count);
        var rest = body[FixedBytes..];
        foreach (var (slot, value) in state.Slots)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, slot);
            BinaryPrimitives.WriteInt32LittleEndian(rest[8..], value.Length);
            value.CopyTo(rest[SlotFixedBytes..]);
            rest = rest[(SlotFixedBytes + value.Length)..];
        }

        RecordFrame.Seal(frame, RecordFrame.CheckpointKind, state.LastLsn, size);
        return bytes;
    }

    /// <summary>Reads a checkpoint; null if the frame is none.</summary>
    public static Checkpoint? Decode(in RecordFrame frame)
    {
        var body = frame.Body;
        if (frame.Kind != RecordFrame.CheckpointKind || body.Length < FixedBytes || body[0] > 1)
        {
            return null;
        }

        var position = new LogPosition(
            new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(body[1..])),
            new Term(BinaryPrimitives.ReadUInt64LittleEndian(body[9..])),
            new Digest(body.Slice(17, Digest.Size)));
        var count = BinaryPrimitives.ReadUInt32LittleEndian(body[49..]);
        var rest = body[FixedBytes..];
        var slots = ImmutableSortedDictionary.CreateBuilder<ulong, ReadOnlyMemory<byte>>();
        for (; count > 0; count--)
        {
            if (rest.Length < SlotFixedBytes || BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]) > rest.Length - SlotFixedBytes)
            {
                return null;
            }

            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[8..]);
            slots[BinaryPrimitives.ReadUInt64LittleEndian(rest)] = rest.Slice(SlotFixedBytes, length).ToArray();
            rest = rest[(SlotFixedBytes + length)..];
        }

        return rest.IsEmpty ? new Checkpoint(frame.Lsn, new LogTail(position, body[0] == 1), slots.ToImmutable()) : null;
    }
}
