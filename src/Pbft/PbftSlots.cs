using System.Buffers;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;
using Consensus.Serialization;

namespace Consensus.Pbft;

/// <summary>
/// What a replica must never forget, as slots of the write-ahead log: its view, and for each number of the window what it has accepted and what was
/// prepared. The numbers of the slots are part of the disk format.
/// </summary>
internal static class PbftSlots
{
    public const ulong View = 32;

    private const ulong FirstAccepted = 1UL << 20;
    private const ulong FirstPrepared = 2UL << 20;
    private const ulong FirstKept = 3UL << 20;

    /// <summary>The slot for what was accepted as a number. Numbers a window apart share one: only one of them is above the stable checkpoint.</summary>
    public static ulong Accepted(SequenceNumber number, int window) => FirstAccepted + (number.Value % (ulong)window);

    /// <summary>The slot for the proof that a number's block was prepared.</summary>
    public static ulong Prepared(SequenceNumber number, int window) => FirstPrepared + (number.Value % (ulong)window);

    /// <summary>The slot for one of the blocks that were accepted, and given up by a later view.</summary>
    public static ulong Kept(ulong place) => FirstKept + place;

    /// <summary>Whether a slot is of such a block.</summary>
    public static bool IsKept(ulong slot, out ulong place)
    {
        place = slot - FirstKept;
        return slot >= FirstKept;
    }

    public static byte[] KeptValue(SequenceNumber number, Block block)
    {
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(block.Bytes + 64, 1 << 20));
        var writer = new MessagePackWriter(buffer);
        writer.Write(number.Value);
        BlockCodec.Write(ref writer, block);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static (SequenceNumber Number, Block Block) ReadKept(ReadOnlyMemory<byte> value) => SlotValues.Read("block that was given up", value, static (ref MessagePackReader reader) =>
        (new SequenceNumber(reader.ReadUInt64()), BlockCodec.ReadBlock(ref reader)));

    public static byte[] ViewValue(ViewNumber view, bool isActive, SequenceNumber begunWith)
    {
        var buffer = new ArrayBufferWriter<byte>(16);
        var writer = new MessagePackWriter(buffer);
        writer.Write(view.Value);
        writer.Write(isActive);
        writer.Write(begunWith.Value);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static (ViewNumber View, bool IsActive, SequenceNumber BegunWith) ReadView(ReadOnlyMemory<byte> value) => SlotValues.Read("view", value, static (ref MessagePackReader reader) =>
        (new ViewNumber(reader.ReadUInt64()), reader.ReadBoolean(), new SequenceNumber(reader.ReadUInt64())));

    public static byte[] AcceptedValue(SequenceNumber number, ViewNumber view, in Digest digest, in Signature primary)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        var writer = new MessagePackWriter(buffer);
        writer.Write(number.Value);
        writer.Write(view.Value);
        WireFields.WriteDigest(ref writer, digest);
        WireFields.WriteSignature(ref writer, primary);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static (SequenceNumber Number, ViewNumber View, Digest Digest, Signature Primary) ReadAccepted(ReadOnlyMemory<byte> value) =>
        SlotValues.Read("accepted block", value, static (ref MessagePackReader reader) =>
            (new SequenceNumber(reader.ReadUInt64()), new ViewNumber(reader.ReadUInt64()), WireFields.ReadDigest(ref reader), WireFields.ReadSignature(ref reader)));

    public static byte[] PreparedValue(PreparedProof proof)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        var writer = new MessagePackWriter(buffer);
        ProofCodec.Write(ref writer, proof);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static PreparedProof ReadPrepared(ReadOnlyMemory<byte> value, ProofCodec proofs) =>
        SlotValues.Read("proof of a prepared block", value, (ref MessagePackReader reader) => proofs.ReadPrepared(ref reader));
}
