using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Gossip.Dissemination;
using Consensus.Gossip.Repair;
using Consensus.Serialization;

namespace Consensus.Gossip.Messages;

/// <summary>The wire form of what the dissemination core says: the fields in their order.</summary>
internal static class DisseminationWire
{
    private const int RumourBytesMin = RumourId.Size + 12;
    private const int IdBytesMin = RumourId.Size + 2;
    private const int RumoursMax = 4_096;

    public static bool TryWrite(ref MessagePackWriter writer, GossipMessage message)
    {
        switch (message)
        {
            case RumourCall m:
                writer.Write(m.Number);
                writer.Write(m.WantsNews);
                WriteRumours(ref writer, m.Rumours);
                WriteIds(ref writer, m.Known);
                break;
            case RumourAnswer m:
                writer.Write(m.Number);
                writer.Write(m.HadHeard.AsSpan());
                WriteIds(ref writer, m.Wanted);
                WriteRumours(ref writer, m.Rumours);
                break;
            case RumourDelivery m:
                WriteRumours(ref writer, m.Rumours);
                break;
            case RumourSummary m:
                WriteWindow(ref writer, m.Window);
                writer.Write(m.Count);
                writer.Write(m.Salt.High);
                writer.Write(m.Salt.Low);
                writer.Write(m.Sum);
                break;
            case RumourDigest m:
                WriteWindow(ref writer, m.Window);
                writer.Write(m.Count);
                m.Heard.Write(ref writer);
                writer.Write(m.IsAnswer);
                break;
            default:
                return false;
        }

        return true;
    }

    /// <returns>The message; <see langword="null"/> if the kind is none of this core's.</returns>
    public static GossipMessage? Read(GossipMessageKind kind, ref MessagePackReader reader) => kind switch
    {
        GossipMessageKind.RumourCall => new RumourCall(reader.ReadUInt16(), reader.ReadBoolean(), ReadRumours(ref reader), ReadIds(ref reader)),
        GossipMessageKind.RumourAnswer => new RumourAnswer(reader.ReadUInt16(), ReadBits(ref reader), ReadIds(ref reader), ReadRumours(ref reader)),
        GossipMessageKind.RumourDelivery => new RumourDelivery(ReadRumours(ref reader)),
        GossipMessageKind.RumourSummary => new RumourSummary(ReadWindow(ref reader), ReadNumber(ref reader), new FingerprintSalt(reader.ReadUInt64(), reader.ReadUInt64()), reader.ReadUInt64()),
        GossipMessageKind.RumourDigest => new RumourDigest(ReadWindow(ref reader), ReadNumber(ref reader), BloomDigest.Read(ref reader), reader.ReadBoolean()),
        _ => null,
    };

    private static void WriteWindow(ref MessagePackWriter writer, TimeWindow window)
    {
        writer.Write(window.Since.UnixMilliseconds);
        writer.Write(window.Until.UnixMilliseconds);
    }

    private static TimeWindow ReadWindow(ref MessagePackReader reader)
    {
        var window = new TimeWindow(new Timestamp(reader.ReadInt64()), new Timestamp(reader.ReadInt64()));
        return window.IsEmpty
            ? throw new MessageFormatException($"A time ends {window.Until.UnixMilliseconds} ms after 1970 and begins {window.Since.UnixMilliseconds} ms after; allowed: not before it begins.")
            : window;
    }

    private static int ReadNumber(ref MessagePackReader reader)
    {
        var number = reader.ReadInt32();
        return number >= 0 ? number : throw new MessageFormatException($"A number of rumours is {number}; allowed: 0 or more.");
    }

    private static void WriteRumours(ref MessagePackWriter writer, ImmutableArray<Rumour> rumours)
    {
        writer.WriteArrayHeader(rumours.Length);
        foreach (var rumour in rumours)
        {
            WriteId(ref writer, rumour.Id);
            writer.Write(rumour.Origin.Value);
            writer.Write(rumour.Sequence);
            writer.Write(rumour.Kind);
            writer.Write((byte)rumour.Priority);
            writer.Write(rumour.Time.UnixMilliseconds);
            writer.Write(rumour.Hops);
            writer.Write(rumour.Length);
            writer.Write(rumour.Packed.Span);
        }
    }

    private static ImmutableArray<Rumour> ReadRumours(ref MessagePackReader reader)
    {
        var count = ReadCount(ref reader, RumourBytesMin, "rumours");
        var rumours = ImmutableArray.CreateBuilder<Rumour>(count);
        for (var i = 0; i < count; i++)
        {
            var id = ReadId(ref reader);
            var origin = new NodeId(reader.ReadUInt32());
            var sequence = reader.ReadUInt64();
            var kind = reader.ReadString() ?? "";
            var priority = (RumourPriority)reader.ReadByte();
            var time = new Timestamp(reader.ReadInt64());
            var hops = reader.ReadByte();
            var length = reader.ReadInt32();
            var packed = WireFields.ReadBytes(ref reader);
            if (!Rumour.IsKind(kind))
            {
                throw new MessageFormatException($"A rumour's kind has {kind.Length} characters; allowed: 1 to {Rumour.KindLengthMax} letters, digits, '-', '.' and '_'.");
            }

            if (priority > RumourPriority.Bulk)
            {
                throw new MessageFormatException($"A rumour's priority is {(byte)priority}; allowed: 0 to {(byte)RumourPriority.Bulk}.");
            }

            if (length < packed.Length)
            {
                throw new MessageFormatException($"A rumour of {length} bytes has {packed.Length} packed ones; allowed: no more.");
            }

            rumours.Add(Rumour.Read(id, origin, sequence, kind, priority, time, length, packed, hops));
        }

        return rumours.MoveToImmutable();
    }

    private static void WriteIds(ref MessagePackWriter writer, ImmutableArray<RumourId> ids)
    {
        writer.WriteArrayHeader(ids.Length);
        foreach (var id in ids)
        {
            WriteId(ref writer, id);
        }
    }

    private static ImmutableArray<RumourId> ReadIds(ref MessagePackReader reader)
    {
        var count = ReadCount(ref reader, IdBytesMin, "ids");
        var ids = ImmutableArray.CreateBuilder<RumourId>(count);
        for (var i = 0; i < count; i++)
        {
            ids.Add(ReadId(ref reader));
        }

        return ids.MoveToImmutable();
    }

    private static int ReadCount(ref MessagePackReader reader, int bytesEachMin, string what)
    {
        var count = WireFields.ReadCount(ref reader, bytesEachMin);
        return count <= RumoursMax ? count : throw new MessageFormatException($"A message has {count} {what}; allowed: up to {RumoursMax}.");
    }

    private static void WriteId(ref MessagePackWriter writer, RumourId id)
    {
        Span<byte> bytes = stackalloc byte[RumourId.Size];
        id.CopyTo(bytes);
        writer.Write(bytes);
    }

    private static RumourId ReadId(ref MessagePackReader reader)
    {
        var bytes = WireFields.ReadBytes(ref reader);
        return bytes.Length == RumourId.Size ? RumourId.Read(bytes.Span) : throw new MessageFormatException($"A rumour's id has {bytes.Length} bytes; allowed: {RumourId.Size}.");
    }

    private static ImmutableArray<byte> ReadBits(ref MessagePackReader reader)
    {
        var bits = WireFields.ReadBytes(ref reader);
        return bits.Length <= RumoursMax / 8 ? [.. bits.Span] : throw new MessageFormatException($"An answer is to {bits.Length * 8} rumours; allowed: up to {RumoursMax}.");
    }
}
