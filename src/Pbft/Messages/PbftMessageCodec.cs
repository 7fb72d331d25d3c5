using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Pbft.Messages;

/// <summary>
/// The wire form of PBFT's messages: MessagePack, the kind and then the fields in order, without names. Whatever the bytes, decoding throws nothing but
/// <see cref="MessageFormatException"/>, and allocates no more than the bytes account for.
/// </summary>
internal sealed class PbftMessageCodec(SignerSet members) : OrderingMessageCodec(members)
{
    private const int PreparedBytesMin = 64;
    private const int ViewChangeBytesMin = 128;
    private const int ReissueBytesMin = 96;

    private readonly ProofCodec _proofs = new(members);

    /// <inheritdoc/>
    protected override string Protocol => "PBFT";

    /// <inheritdoc/>
    protected override bool TryWrite(ref MessagePackWriter writer, ProtocolMessage message)
    {
        switch (message)
        {
            case PrePrepare m:
                Begin(ref writer, PbftMessageKind.PrePrepare);
                writer.Write(m.View.Value);
                writer.Write(m.Number.Value);
                WireFields.WriteSignature(ref writer, m.Signature);
                BlockCodec.Write(ref writer, m.Block);
                break;
            case Vote m:
                Begin(ref writer, m is Prepare ? PbftMessageKind.Prepare : PbftMessageKind.Commit);
                writer.Write(m.View.Value);
                writer.Write(m.Number.Value);
                WireFields.WriteDigest(ref writer, m.Digest);
                WireFields.WriteSignature(ref writer, m.Signature);
                break;
            case ViewChange m:
                Begin(ref writer, PbftMessageKind.ViewChange);
                Write(ref writer, m);
                break;
            case NewView m:
                Begin(ref writer, PbftMessageKind.NewView);
                Write(ref writer, m);
                break;
            case Status m:
                Begin(ref writer, PbftMessageKind.Status);
                writer.Write(m.View.Value);
                writer.Write(m.IsActive);
                writer.Write(m.SuspectsPrimary);
                writer.Write(m.Stable.Value);
                writer.Write(m.Committed.Value);
                writer.Write(m.Last.Value);
                break;
            case CommittedBlock m:
                Begin(ref writer, PbftMessageKind.CommittedBlock);
                CertificateCodec.Write(ref writer, m.Certificate);
                BlockCodec.Write(ref writer, m.Block);
                writer.Write(m.HasMore);
                break;
            case BlockRequest m:
                Begin(ref writer, PbftMessageKind.BlockRequest);
                writer.Write(m.Number.Value);
                WireFields.WriteDigest(ref writer, m.Digest);
                break;
            case BlockAnswer m:
                Begin(ref writer, PbftMessageKind.BlockAnswer);
                writer.Write(m.Number.Value);
                BlockCodec.Write(ref writer, m.Block);
                break;
            default:
                return base.TryWrite(ref writer, message);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override ProtocolMessage Read(ref MessagePackReader reader, byte kind)
    {
        switch ((PbftMessageKind)kind)
        {
            case PbftMessageKind.PrePrepare:
                return ReadPrePrepare(ref reader);
            case PbftMessageKind.Prepare:
                return new Prepare(Lsn.Zero, WireFields.ReadView(ref reader), WireFields.ReadNumber(ref reader), WireFields.ReadDigest(ref reader), WireFields.ReadSignature(ref reader));
            case PbftMessageKind.Commit:
                return new Commit(Lsn.Zero, WireFields.ReadView(ref reader), WireFields.ReadNumber(ref reader), WireFields.ReadDigest(ref reader), WireFields.ReadSignature(ref reader));
            case PbftMessageKind.ViewChange:
                return ReadViewChange(ref reader);
            case PbftMessageKind.NewView:
                return ReadNewView(ref reader);
            case PbftMessageKind.Status:
                return new Status(WireFields.ReadView(ref reader), reader.ReadBoolean(), reader.ReadBoolean(), WireFields.ReadNumber(ref reader), WireFields.ReadNumber(ref reader), WireFields.ReadNumber(ref reader));
            case PbftMessageKind.CommittedBlock:
                var commits = _proofs.ReadCommits(ref reader);
                return new CommittedBlock(BlockCodec.ReadBlock(ref reader), commits, reader.ReadBoolean());
            case PbftMessageKind.BlockRequest:
                return new BlockRequest(WireFields.ReadNumber(ref reader), WireFields.ReadDigest(ref reader));
            case PbftMessageKind.BlockAnswer:
                return new BlockAnswer(WireFields.ReadNumber(ref reader), BlockCodec.ReadBlock(ref reader));
            default:
                return base.Read(ref reader, kind);
        }
    }

    private static void Begin(ref MessagePackWriter writer, PbftMessageKind kind) => writer.Write((byte)kind);

    private static void Write(ref MessagePackWriter writer, ViewChange message)
    {
        writer.Write(message.Replica.Value);
        writer.Write(message.View.Value);
        WireFields.WriteSignature(ref writer, message.Signature);
        StableProofCodec.Write(ref writer, message.Stable);
        writer.WriteArrayHeader(message.Prepared.Length);
        foreach (var proof in message.Prepared)
        {
            ProofCodec.Write(ref writer, proof);
        }
    }

    private static void Write(ref MessagePackWriter writer, NewView message)
    {
        writer.Write(message.View.Value);
        WireFields.WriteSignature(ref writer, message.Signature);
        writer.WriteArrayHeader(message.ViewChanges.Length);
        foreach (var viewChange in message.ViewChanges)
        {
            Write(ref writer, viewChange);
        }

        writer.WriteArrayHeader(message.Reissues.Length);
        foreach (ref readonly var reissue in message.Reissues.AsSpan())
        {
            writer.Write(reissue.Number.Value);
            WireFields.WriteDigest(ref writer, reissue.Digest);
            WireFields.WriteSignature(ref writer, reissue.Signature);
        }
    }

    private static PrePrepare ReadPrePrepare(ref MessagePackReader reader)
    {
        var (view, number) = (WireFields.ReadView(ref reader), WireFields.ReadNumber(ref reader));
        var signature = WireFields.ReadSignature(ref reader);
        return new PrePrepare(view, number, BlockCodec.ReadBlock(ref reader), signature);
    }

    private ViewChange ReadViewChange(ref MessagePackReader reader)
    {
        var replica = new NodeId(reader.ReadUInt32());
        var view = WireFields.ReadView(ref reader);
        var signature = WireFields.ReadSignature(ref reader);
        var stable = StableProofCodec.Read(ref reader, Members);
        var prepared = new PreparedProof[WireFields.ReadCount(ref reader, PreparedBytesMin)];
        for (var i = 0; i < prepared.Length; i++)
        {
            prepared[i] = _proofs.ReadPrepared(ref reader);
        }

        return new ViewChange(Lsn.Zero, replica, view, stable, prepared, signature);
    }

    private NewView ReadNewView(ref MessagePackReader reader)
    {
        var view = WireFields.ReadView(ref reader);
        var signature = WireFields.ReadSignature(ref reader);
        var viewChanges = new ViewChange[WireFields.ReadCount(ref reader, ViewChangeBytesMin)];
        for (var i = 0; i < viewChanges.Length; i++)
        {
            viewChanges[i] = ReadViewChange(ref reader);
        }

        var reissues = new Reissue[WireFields.ReadCount(ref reader, ReissueBytesMin)];
        for (var i = 0; i < reissues.Length; i++)
        {
            reissues[i] = new Reissue(WireFields.ReadNumber(ref reader), WireFields.ReadDigest(ref reader), WireFields.ReadSignature(ref reader));
        }

        return new NewView(Lsn.Zero, view, viewChanges, reissues, signature);
    }
}
