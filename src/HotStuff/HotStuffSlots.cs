using System.Buffers;
using Consensus.Byzantine;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;
using Consensus.Serialization;

namespace Consensus.HotStuff;

/// <summary>
/// What a replica must never forget, as slots of the write-ahead log: what it has promised, the nodes whose blocks the log has, and the nodes that it has given up. The numbers
/// of the slots are part of the disk format; 33 is the stable checkpoint's, 34 the certified snapshot's.
/// </summary>
internal static class HotStuffSlots
{
    public const ulong Promises = 32;

    /// <summary>How many nodes that were given up are kept.</summary>
    public const int KeptMax = 64;

    private const ulong FirstNode = 1UL << 20;
    private const ulong FirstKept = 2UL << 20;

    /// <summary>The slot for the node of a height, when so many are remembered.</summary>
    public static ulong Node(SequenceNumber height, int remembered) => FirstNode + (height.Value % (ulong)remembered);

    public static ulong Kept(int place) => FirstKept + (ulong)place;

    /// <summary>The node in the value of a slot, if it is a slot for one, and not empty.</summary>
    public static Node? FindNode(ulong slot, ReadOnlyMemory<byte> value, NodeCodec nodes) =>
        slot < FirstNode || value.IsEmpty ? null
        : slot < FirstKept ? ReadNode(value, nodes)
        : ReadKept(value, nodes).Node;

    public static byte[] NodeValue(Node node)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        var writer = new MessagePackWriter(buffer);
        NodeCodec.Write(ref writer, node);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static Node ReadNode(ReadOnlyMemory<byte> value, NodeCodec nodes) =>
        SlotValues.Read("node", value, (ref MessagePackReader reader) => nodes.ReadNode(ref reader));

    public static byte[] KeptValue(Node node, Block block)
    {
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(block.Bytes + 512, 1 << 20));
        var writer = new MessagePackWriter(buffer);
        NodeCodec.Write(ref writer, node);
        BlockCodec.Write(ref writer, block);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static FullNode ReadKept(ReadOnlyMemory<byte> value, NodeCodec nodes) =>
        SlotValues.Read("node that was given up", value, (ref MessagePackReader reader) =>
        {
            var node = nodes.ReadNode(ref reader);
            return new FullNode(node, BlockCodec.ReadBlock(ref reader));
        });

    public static byte[] PromisesValue(in Promises promises)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        var writer = new MessagePackWriter(buffer);
        writer.Write(promises.Voted.Value);
        WireFields.WriteDigest(ref writer, promises.VotedHash);
        writer.Write(promises.GivenUp.Value);
        writer.Write(promises.LedTerms);
        writer.Write(promises.Locked.View.Value);
        writer.Write(promises.Locked.Height.Value);
        WireFields.WriteDigest(ref writer, promises.Locked.Hash);
        NodeCodec.Write(ref writer, promises.High);
        if (promises.High.Votes is not null)
        {
            NodeCodec.Write(ref writer, promises.HighNode);
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static Promises ReadPromises(ReadOnlyMemory<byte> value, NodeCodec nodes) =>
        SlotValues.Read("promises", value, (ref MessagePackReader reader) =>
        {
            var (voted, hash) = (NodeCodec.ReadView(ref reader), WireFields.ReadDigest(ref reader));
            var (givenUp, led) = (NodeCodec.ReadView(ref reader), reader.ReadUInt64());
            var locked = new NodePlace(NodeCodec.ReadView(ref reader), WireFields.ReadNumber(ref reader), WireFields.ReadDigest(ref reader));
            var high = nodes.ReadCertificate(ref reader);
            return new Promises(voted, hash, givenUp, led, locked, high, high.Votes is null ? Chain.Node.Genesis : nodes.ReadNode(ref reader));
        });
}
