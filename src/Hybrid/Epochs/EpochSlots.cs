using System.Buffers;
using System.Collections.Immutable;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>
/// What a replica must never forget, as slots of the write-ahead log: how each epoch began, whether it has ended the one that runs, and what the engine of that one saves, which is marked with the epoch: nothing of
/// one is taken for another's. The numbers of the slots are part of the disk format.
/// </summary>
internal static class EpochSlots
{
    /// <summary>What the replica has said that ends the epoch that runs.</summary>
    public const ulong Ended = Own | (1UL << 62);

    /// <summary>The snapshot of the beginning of the epoch that runs.</summary>
    public const ulong Snapshot = Own | (1UL << 61);

    /// <summary>The highest floor of the epoch that runs.</summary>
    public const ulong Floor = Own | (1UL << 60);

    /// <summary>What the replica has said when it ended the epoch of Raft that runs.</summary>
    public const ulong Report = Own | (1UL << 59);

    /// <summary>The epoch that follows one of Raft, once it is known where that ends.</summary>
    public const ulong Next = Own | (1UL << 58);

    private const ulong Own = 1UL << 63;
    private const ulong OfAgreement = 1UL << 39;
    private const ulong AgreementLog = 1UL << 38;
    private const ulong SlotMax = AgreementLog - 1;
    private const int EpochShift = 40;

    /// <summary>What began an epoch.</summary>
    public static ulong Beginning(Epoch number) => Own | number.Value;

    /// <summary>The slot for one of an epoch's engine.</summary>
    public static ulong OfEngine(Epoch number, ulong slot)
    {
        Invariant.Holds(slot <= SlotMax, "An engine has few slots.");
        return ((number.Value + 1) << EpochShift) | slot;
    }

    /// <summary>The slot for one of the engine that agrees on an epoch's end.</summary>
    public static ulong OfAgreementOn(Epoch number, ulong slot) => OfEngine(number, slot) | OfAgreement;

    /// <summary>The slot for an entry of that engine's log.</summary>
    public static ulong AgreementEntry(Epoch number, LogIndex index) => OfAgreementOn(number, index.Value) | AgreementLog;

    /// <summary>What the engine that agrees on an epoch's end has on disk.</summary>
    /// <param name="number">The epoch.</param>
    /// <param name="recovered">What is on disk.</param>
    public static RecoveredState AgreementOn(Epoch number, RecoveredState recovered)
    {
        var entries = new SortedDictionary<ulong, LogEntry>();
        var slots = ImmutableSortedDictionary.CreateBuilder<ulong, ReadOnlyMemory<byte>>();
        var first = OfAgreementOn(number, 0);
        foreach (var (slot, value) in recovered.Slots.Where(slot => slot.Key >= first && slot.Key < OfEngine(number.Next, 0)))
        {
            if ((slot & AgreementLog) != 0)
            {
                entries.Add(slot & SlotMax, ReadEntry(new LogIndex(slot & SlotMax), value));
            }
            else
            {
                slots.Add(slot & SlotMax, value);
            }
        }

        return recovered with
        {
            Snapshot = null,
            Base = LogPosition.Origin,
            Entries = [.. entries.Values],
            Applied = LogIndex.Zero,
            Slots = slots.ToImmutable(),
            LastLsn = Lsn.Zero,
        };
    }

    /// <summary>Whether a slot is of the engine of another epoch.</summary>
    public static bool IsOfOtherEngine(ulong slot, Epoch number) => (slot & Own) == 0 && slot >> EpochShift != number.Value + 1;

    /// <summary>What the engine of an epoch has saved, under its own numbers.</summary>
    public static ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> OfEngine(Epoch number, ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> slots)
    {
        var first = OfEngine(number, 0);
        return slots.Where(slot => slot.Key >= first && slot.Key <= (first | SlotMax)).ToImmutableSortedDictionary(slot => slot.Key & SlotMax, slot => slot.Value);
    }

    public static byte[] BeginningValue(HandoverCertificate certificate) => Bytes(certificate.Write);

    public static HandoverCertificate ReadBeginning(ReadOnlyMemory<byte> value) =>
        SlotValues.Read("beginning of an epoch", value, static (ref MessagePackReader reader) => HandoverCertificate.Read(ref reader));

    public static byte[] EndedValue(HandoverContent content) => Bytes(content.Write);

    public static HandoverContent ReadEnded(ReadOnlyMemory<byte> value) =>
        SlotValues.Read("end of the epoch", value, static (ref MessagePackReader reader) => HandoverContent.Read(ref reader));

    public static byte[] NextValue(EpochDescriptor next) => Bytes(next.Write);

    public static EpochDescriptor ReadNext(ReadOnlyMemory<byte> value) => SlotValues.Read("next epoch", value, static (ref MessagePackReader reader) => EpochDescriptor.Read(ref reader));

    public static byte[] SnapshotValue(SnapshotDescriptor snapshot) => Bytes((ref MessagePackWriter writer) => SnapshotDescriptorCodec.Write(ref writer, snapshot));

    public static SnapshotDescriptor ReadSnapshot(ReadOnlyMemory<byte> value) =>
        SlotValues.Read("snapshot of the epoch's beginning", value, static (ref MessagePackReader reader) => SnapshotDescriptorCodec.Read(ref reader));

    public static byte[] FloorValue(FloorCertificate certificate) => certificate.ToBytes();

    public static FloorCertificate ReadFloor(ReadOnlyMemory<byte> value, SignerSet members) =>
        SlotValues.Read("floor of the epoch", value, (ref MessagePackReader reader) => FloorCertificate.Read(ref reader, members));

    /// <summary>What a replica has said when it ended an epoch of Raft, and why it has.</summary>
    public static byte[] ReportValue(EndReport report, EndCause? cause) => Bytes((ref MessagePackWriter writer) =>
    {
        writer.Write(cause?.ToBytes() ?? []);
        writer.Write(report.ToBytes());
    });

    public static (EndReport? Report, EndCause? Cause) ReadReport(ReadOnlyMemory<byte> value, SignerSet members) => SlotValues.Read("report of an epoch's end", value, (ref MessagePackReader reader) =>
    {
        var cause = EndCause.TryRead(WireFields.ReadBytes(ref reader));
        return (EndReport.TryRead(WireFields.ReadBytes(ref reader), members), cause);
    });

    /// <summary>An entry of the log of an engine that agrees on an epoch's end.</summary>
    public static byte[] EntryValue(LogEntry entry) => Bytes((ref MessagePackWriter writer) =>
    {
        writer.Write(entry.Term.Value);
        writer.Write((byte)entry.Kind);
        writer.Write(entry.Time.UnixMilliseconds);
        WireFields.WriteDigest(ref writer, entry.Chain);
        writer.Write(entry.Payload.Span);
    });

    private static LogEntry ReadEntry(LogIndex index, ReadOnlyMemory<byte> value) => SlotValues.Read("entry of the agreement on an epoch's end", value, (ref MessagePackReader reader) =>
    {
        var term = new Term(reader.ReadUInt64());
        var kind = (EntryKind)reader.ReadByte();
        var time = new Timestamp(reader.ReadInt64());
        var chain = WireFields.ReadDigest(ref reader);
        return new LogEntry(index, term, kind, time, WireFields.ReadBytes(ref reader), chain);
    });

    private delegate void Writing(ref MessagePackWriter writer);

    private static byte[] Bytes(Writing write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
