using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.Serialization;

namespace Consensus.HotStuff.Messages;

/// <summary>
/// The wire form of HotStuff's messages: MessagePack, the kind and then the fields in order, without names. Whatever the bytes, decoding throws nothing but
/// <see cref="MessageFormatException"/>, and allocates no more than the bytes account for.
/// </summary>
internal sealed class HotStuffMessageCodec(SignerSet members) : OrderingMessageCodec(members)
{
    private const int NodeBytesMin = 38;

    private readonly NodeCodec _nodes = new(members);

    /// <inheritdoc/>
    protected override string Protocol => "HotStuff";

    /// <inheritdoc/>
    protected override bool TryWrite(ref MessagePackWriter writer, ProtocolMessage message)
    {
        switch (message)
        {
            case NodeProposal m:
                Begin(ref writer, HotStuffMessageKind.Proposal);
                Write(ref writer, m);
                break;
            case NodeVote m:
                Begin(ref writer, HotStuffMessageKind.NodeVote);
                writer.Write(m.View.Value);
                WireFields.WriteDigest(ref writer, m.Hash);
                WireFields.WriteSignature(ref writer, m.Signature);
                break;
            case Certified m:
                Begin(ref writer, HotStuffMessageKind.Certified);
                NodeCodec.Write(ref writer, m.Certificate);
                break;
            case TermTimeout m:
                Begin(ref writer, HotStuffMessageKind.Timeout);
                writer.Write(m.Last.Value);
                NodeCodec.Write(ref writer, m.High);
                WireFields.WriteSignature(ref writer, m.Signature);
                break;
            case TermStart m:
                Begin(ref writer, HotStuffMessageKind.TermStart);
                NodeCodec.Write(ref writer, m.Timeouts);
                break;
            case Status m:
                Begin(ref writer, HotStuffMessageKind.Status);
                Write(ref writer, m);
                break;
            case BranchRequest m:
                Begin(ref writer, HotStuffMessageKind.BranchRequest);
                NodeCodec.Write(ref writer, m.Wanted);
                writer.Write(m.After.Value);
                break;
            case Branch m:
                Begin(ref writer, HotStuffMessageKind.Branch);
                Write(ref writer, m);
                break;
            case Anchor m:
                Begin(ref writer, HotStuffMessageKind.Anchor);
                Write(ref writer, m);
                break;
            default:
                return base.TryWrite(ref writer, message);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override ProtocolMessage Read(ref MessagePackReader reader, byte kind)
    {
        switch ((HotStuffMessageKind)kind)
        {
            case HotStuffMessageKind.Proposal:
                return ReadProposal(ref reader);
            case HotStuffMessageKind.NodeVote:
                return new NodeVote(Lsn.Zero, NodeCodec.ReadView(ref reader), WireFields.ReadDigest(ref reader), WireFields.ReadSignature(ref reader));
            case HotStuffMessageKind.Certified:
                return new Certified(_nodes.ReadCertificate(ref reader));
            case HotStuffMessageKind.Timeout:
                return new TermTimeout(Lsn.Zero, NodeCodec.ReadView(ref reader), _nodes.ReadCertificate(ref reader), WireFields.ReadSignature(ref reader));
            case HotStuffMessageKind.TermStart:
                return new TermStart(_nodes.ReadTimeouts(ref reader));
            case HotStuffMessageKind.Status:
                return ReadStatus(ref reader);
            case HotStuffMessageKind.BranchRequest:
                return new BranchRequest(_nodes.ReadCertificate(ref reader), WireFields.ReadNumber(ref reader));
            case HotStuffMessageKind.Branch:
                return ReadBranch(ref reader);
            case HotStuffMessageKind.Anchor:
                return ReadAnchor(ref reader);
            default:
                return base.Read(ref reader, kind);
        }
    }

    private static void Begin(ref MessagePackWriter writer, HotStuffMessageKind kind) => writer.Write((byte)kind);

    private static void Write(ref MessagePackWriter writer, NodeProposal message)
    {
        NodeCodec.Write(ref writer, message.Node);
        if (message.Timeouts is { } timeouts)
        {
            NodeCodec.Write(ref writer, timeouts);
        }
        else
        {
            writer.WriteNil();
        }

        WireFields.WriteSignature(ref writer, message.Signature);
        BlockCodec.Write(ref writer, message.Block);
    }

    private static void Write(ref MessagePackWriter writer, Status message)
    {
        writer.Write(message.Term);
        writer.Write(message.IsActive);
        writer.Write(message.SuspectsLeader);
        writer.Write(message.High.Value);
        writer.Write(message.Seen.Value);
        writer.Write(message.Stable.Value);
        writer.Write(message.Committed.Value);
        writer.Write(message.IsAnchored);
    }

    private static void Write(ref MessagePackWriter writer, Branch message)
    {
        writer.WriteArrayHeader(message.Nodes.Length);
        foreach (ref readonly var each in message.Nodes.AsSpan())
        {
            NodeCodec.Write(ref writer, each.Node);
            BlockCodec.Write(ref writer, each.Block);
        }

        NodeCodec.Write(ref writer, message.Tip);
    }

    private static void Write(ref MessagePackWriter writer, Anchor message)
    {
        writer.WriteArrayHeader(message.Nodes.Length);
        foreach (var node in message.Nodes)
        {
            NodeCodec.Write(ref writer, node);
        }

        NodeCodec.Write(ref writer, message.Tip);
    }

    private NodeProposal ReadProposal(ref MessagePackReader reader)
    {
        var node = _nodes.ReadNode(ref reader);
        var timeouts = reader.TryReadNil() ? null : _nodes.ReadTimeouts(ref reader);
        var signature = WireFields.ReadSignature(ref reader);
        return new NodeProposal(Lsn.Zero, node, BlockCodec.ReadBlock(ref reader), timeouts, signature);
    }

    private static Status ReadStatus(ref MessagePackReader reader)
    {
        // Terms are fewer than views.
        var term = NodeCodec.ReadView(ref reader).Value;
        return new Status(
            term,
            reader.ReadBoolean(),
            reader.ReadBoolean(),
            NodeCodec.ReadView(ref reader),
            NodeCodec.ReadView(ref reader),
            WireFields.ReadNumber(ref reader),
            WireFields.ReadNumber(ref reader),
            reader.ReadBoolean());
    }

    private Branch ReadBranch(ref MessagePackReader reader)
    {
        var nodes = new FullNode[WireFields.ReadCount(ref reader, NodeBytesMin)];
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = _nodes.ReadNode(ref reader);
            nodes[i] = new FullNode(node, BlockCodec.ReadBlock(ref reader));
        }

        return new Branch(nodes, _nodes.ReadCertificate(ref reader));
    }

    private Anchor ReadAnchor(ref MessagePackReader reader)
    {
        var nodes = new Node[WireFields.ReadCount(ref reader, NodeBytesMin)];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = _nodes.ReadNode(ref reader);
        }

        return new Anchor(nodes, _nodes.ReadCertificate(ref reader));
    }
}
