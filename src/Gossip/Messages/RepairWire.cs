using System.Collections.Immutable;
using System.Numerics;
using Consensus.Engine;
using Consensus.Gossip.Repair;
using Consensus.Gossip.State;
using Consensus.Serialization;

namespace Consensus.Gossip.Messages;

/// <summary>The wire form of what the repair core says: the fields in their order. What comes in lists is checked as it is read, so that the core need not: ranges in their order, and none that overlap.</summary>
internal static class RepairWire
{
    /// <summary>What a step takes without what it lists.</summary>
    public const int StepBytesMax = 40;

    private const int RangeBytesMin = 3;
    private const int RangeBytesMax = 10;
    private const int LineBytesMax = 27;
    private const int FingerprintBytesMax = 9;

    /// <summary>What a value takes at most beside its key and its content.</summary>
    private const int ValueBytesMax = 131;

    /// <summary>The longest key that is read; a store may allow less.</summary>
    private const int KeyBytesMax = 1_024;

    public static bool TryWrite(ref MessagePackWriter writer, GossipMessage message)
    {
        switch (message)
        {
            case RepairDigest m:
                writer.Write(m.Exchange);
                writer.Write(m.Salt.High);
                writer.Write(m.Salt.Low);
                writer.Write(m.Start);
                WireFields.WriteDigest(ref writer, m.State);
                break;
            case RepairBusy m:
                writer.Write(m.Exchange);
                break;
            case RepairStep m:
                WriteStep(ref writer, m);
                break;
            default:
                return false;
        }

        return true;
    }

    /// <returns>The message; <see langword="null"/> if the kind is none of this core's.</returns>
    public static GossipMessage? Read(GossipMessageKind kind, ref MessagePackReader reader) => kind switch
    {
        GossipMessageKind.RepairDigest => new RepairDigest(reader.ReadUInt32(), new FingerprintSalt(reader.ReadUInt64(), reader.ReadUInt64()), reader.ReadUInt64(), WireFields.ReadDigest(ref reader)),
        GossipMessageKind.RepairBusy => new RepairBusy(reader.ReadUInt32()),
        GossipMessageKind.RepairStep => new RepairStep(
            reader.ReadUInt32(),
            reader.ReadByte(),
            reader.TryReadNil() ? null : reader.ReadUInt64(),
            ReadRanges(ref reader, ReadFingerprints, static item => item.Range),
            ReadRanges(ref reader, ReadList, static item => item.Range),
            ReadRanges(ref reader, ReadWants, static item => item.Range),
            ReadValues(ref reader)),
        _ => null,
    };

    /// <summary>The most that it may take.</summary>
    public static int LengthOf(RangeFingerprints item) => RangeBytesMax + 3 + (FingerprintBytesMax * item.Fingerprints.Length);

    /// <summary>The most that it may take.</summary>
    public static int LengthOf(RangeList item) => RangeBytesMax + 3 + (LineBytesMax * item.Lines.Length);

    /// <summary>The most that it may take.</summary>
    public static int LengthOf(RangeWants item) => RangeBytesMax + 3 + (FingerprintBytesMax * item.Keys.Length);

    /// <summary>The most that it may take.</summary>
    public static int LengthOf(VersionedValue value) => ValueBytesMax + value.Key.Length + value.Content.Length;

    /// <summary>The most that it may take.</summary>
    public static int LengthOf(RepairStep step) => StepBytesMax + step.Fingerprints.Sum(LengthOf) + step.Lists.Sum(LengthOf) + step.Wants.Sum(LengthOf) + step.Values.Sum(LengthOf);

    /// <summary>Writes a value.</summary>
    public static void WriteValue(ref MessagePackWriter writer, VersionedValue value)
    {
        writer.Write(value.Key.Span);
        writer.Write(value.Version);
        writer.Write(value.Time.UnixMilliseconds);
        writer.Write(value.Origin.Value);
        if (value.IsTombstone)
        {
            writer.WriteNil();
        }
        else
        {
            writer.Write(value.Content.Span);
        }

        WireFields.WriteDigest(ref writer, value.Hash);
        WireFields.WriteSignature(ref writer, value.Signature);
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="MessageFormatException">It is none.</exception>
    public static VersionedValue ReadValue(ref MessagePackReader reader)
    {
        var key = WireFields.ReadBytes(ref reader);
        if (key.Length is 0 or > KeyBytesMax)
        {
            throw new MessageFormatException($"A key has {key.Length} bytes; allowed: 1 to {KeyBytesMax}.");
        }

        var version = reader.ReadUInt64();
        if (version == 0)
        {
            throw new MessageFormatException("A version is 0; allowed: 1 or more.");
        }

        var time = reader.ReadInt64();
        if (time < 0)
        {
            throw new MessageFormatException($"A value's time is {time}; allowed: 0 or more.");
        }

        var origin = new NodeId(reader.ReadUInt32());
        var isTombstone = reader.TryReadNil();
        var content = isTombstone ? default : WireFields.ReadBytes(ref reader);

        // Copied: a value that is kept would keep the whole frame.
        return new VersionedValue(key.ToArray(), version, new Timestamp(time), origin, isTombstone, content.ToArray(), WireFields.ReadDigest(ref reader), WireFields.ReadSignature(ref reader));
    }

    private delegate T ReadItem<T>(ref MessagePackReader reader);

    private static void WriteStep(ref MessagePackWriter writer, RepairStep step)
    {
        writer.Write(step.Exchange);
        writer.Write(step.Turn);
        if (step.StoppedAt is { } place)
        {
            writer.Write(place);
        }
        else
        {
            writer.WriteNil();
        }

        writer.WriteArrayHeader(step.Fingerprints.Length);
        foreach (var item in step.Fingerprints)
        {
            WriteRange(ref writer, item.Range);
            writer.Write(item.Present);
            foreach (var fingerprint in item.Fingerprints)
            {
                writer.Write(fingerprint);
            }
        }

        writer.WriteArrayHeader(step.Lists.Length);
        foreach (var item in step.Lists)
        {
            WriteRange(ref writer, item.Range);
            writer.WriteArrayHeader(item.Lines.Length);
            foreach (var (key, version, value) in item.Lines)
            {
                writer.Write(key);
                writer.Write(version);
                writer.Write(value);
            }
        }

        writer.WriteArrayHeader(step.Wants.Length);
        foreach (var item in step.Wants)
        {
            WriteRange(ref writer, item.Range);
            writer.WriteArrayHeader(item.Keys.Length);
            foreach (var key in item.Keys)
            {
                writer.Write(key);
            }
        }

        writer.WriteArrayHeader(step.Values.Length);
        foreach (var value in step.Values)
        {
            WriteValue(ref writer, value);
        }
    }

    private static void WriteRange(ref MessagePackWriter writer, KeyRange range)
    {
        writer.Write((byte)range.Depth);
        writer.Write(range.Depth == 0 ? 0 : range.Start >> (64 - (4 * range.Depth)));
    }

    private static ImmutableArray<T> ReadRanges<T>(ref MessagePackReader reader, ReadItem<T> read, Func<T, KeyRange> rangeOf)
    {
        var items = ImmutableArray.CreateBuilder<T>(WireFields.ReadCount(ref reader, RangeBytesMin));
        for (var i = 0; i < items.Capacity; i++)
        {
            var item = read(ref reader);
            if (i > 0 && rangeOf(item).Start <= rangeOf(items[i - 1]).Last)
            {
                throw new MessageFormatException($"The range {rangeOf(item)} comes behind {rangeOf(items[i - 1])}; allowed: in growing order, and none that overlap.");
            }

            items.Add(item);
        }

        return items.MoveToImmutable();
    }

    private static KeyRange ReadRange(ref MessagePackReader reader, int depthMax)
    {
        var depth = reader.ReadByte();
        var digits = reader.ReadUInt64();
        if (depth > depthMax)
        {
            throw new MessageFormatException($"A range has {depth} digits; allowed: 0 to {depthMax}.");
        }

        if (depth < KeyRange.DepthMax && digits >> (4 * depth) != 0)
        {
            throw new MessageFormatException($"The digits {digits:x} are more than {depth}.");
        }

        return new KeyRange(depth == 0 ? 0 : digits << (64 - (4 * depth)), depth);
    }

    private static RangeFingerprints ReadFingerprints(ref MessagePackReader reader)
    {
        var range = ReadRange(ref reader, KeyRange.DepthMax - 1);
        var present = reader.ReadUInt16();
        var fingerprints = ImmutableArray.CreateBuilder<ulong>(BitOperations.PopCount(present));
        while (fingerprints.Count < fingerprints.Capacity)
        {
            fingerprints.Add(reader.ReadUInt64());
        }

        return new RangeFingerprints(range, present, fingerprints.MoveToImmutable());
    }

    private static RangeList ReadList(ref MessagePackReader reader)
    {
        var range = ReadRange(ref reader, KeyRange.DepthMax);
        var lines = ImmutableArray.CreateBuilder<RangeLine>(ReadLineCount(ref reader, 0));
        while (lines.Count < lines.Capacity)
        {
            lines.Add(new RangeLine(reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64()));
        }

        return new RangeList(range, lines.MoveToImmutable());
    }

    private static RangeWants ReadWants(ref MessagePackReader reader)
    {
        var range = ReadRange(ref reader, KeyRange.DepthMax);
        var keys = ImmutableArray.CreateBuilder<ulong>(ReadLineCount(ref reader, 1));
        while (keys.Count < keys.Capacity)
        {
            keys.Add(reader.ReadUInt64());
        }

        return new RangeWants(range, keys.MoveToImmutable());
    }

    private static int ReadLineCount(ref MessagePackReader reader, int least)
    {
        var count = reader.ReadArrayHeader();
        return count >= least && count <= RangeList.LinesMax ? count : throw new MessageFormatException($"A range has {count} lines; allowed: {least} to {RangeList.LinesMax}.");
    }

    private static ImmutableArray<VersionedValue> ReadValues(ref MessagePackReader reader)
    {
        const int ValueBytesMin = 2 + 1 + 1 + 1 + 1 + 2 + Digest.Size + 2 + 64;
        var values = ImmutableArray.CreateBuilder<VersionedValue>(WireFields.ReadCount(ref reader, ValueBytesMin));
        while (values.Count < values.Capacity)
        {
            values.Add(ReadValue(ref reader));
        }

        return values.MoveToImmutable();
    }
}
