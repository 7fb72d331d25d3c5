using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Byzantine;

/// <summary>The wire form of the messages that both engines have, to which each adds its own: the kind and then the fields in order, without names.</summary>
internal abstract class OrderingMessageCodec(SignerSet members) : MessagePackCodec
{
    /// <summary>Whose signatures count.</summary>
    protected SignerSet Members => members;

    /// <inheritdoc/>
    protected override bool TryWrite(ref MessagePackWriter writer, ProtocolMessage message)
    {
        switch (message)
        {
            case Submit m:
                writer.Write((byte)SharedMessageKind.Submit);
                BlockCodec.Write(ref writer, m.Batch);
                return true;
            case CheckpointVote m:
                writer.Write((byte)SharedMessageKind.CheckpointVote);
                CheckpointCodec.Write(ref writer, m.Content);
                WireFields.WriteSignature(ref writer, m.Signature);
                return true;
            case StableCheckpoint m:
                writer.Write((byte)SharedMessageKind.StableCheckpoint);
                StableProofCodec.Write(ref writer, m.Proof);
                return true;
            case CatchUpRequest m:
                writer.Write((byte)SharedMessageKind.CatchUpRequest);
                writer.Write(m.First.Value);
                writer.Write(m.Last.Value);
                return true;
            case CatchUpBlocks m:
                writer.Write((byte)SharedMessageKind.CatchUpBlocks);
                writer.Write(m.First.Value);
                writer.WriteArrayHeader(m.Blocks.Length);
                foreach (var block in m.Blocks)
                {
                    BlockCodec.Write(ref writer, block);
                }

                return true;
            case SnapshotRequest m:
                writer.Write((byte)SharedMessageKind.SnapshotRequest);
                writer.Write(m.After.Value);
                return true;
            case SnapshotOffer m:
                writer.Write((byte)SharedMessageKind.SnapshotOffer);
                CertifiedSnapshotCodec.Write(ref writer, m.Snapshot);
                return true;
            case SnapshotPartRequest m:
                writer.Write((byte)SharedMessageKind.SnapshotPartRequest);
                writer.Write(m.Index.Value);
                WireFields.WriteDigest(ref writer, m.Checksum);
                writer.Write(m.Offset);
                return true;
            case SnapshotPart m:
                writer.Write((byte)SharedMessageKind.SnapshotPart);
                writer.Write(m.Index.Value);
                writer.Write(m.Offset);
                writer.Write(m.Data.Span);
                writer.Write(m.Proof.Span);
                return true;
            case SnapshotVote m:
                writer.Write((byte)SharedMessageKind.SnapshotVote);
                SnapshotDescriptorCodec.Write(ref writer, m.Snapshot);
                WireFields.WriteSignature(ref writer, m.Signature);
                writer.Write(m.NeedsAnswer);
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    protected sealed override ProtocolMessage Read(ref MessagePackReader reader)
    {
        var kind = reader.ReadByte();
        return Read(ref reader, kind);
    }

    /// <summary>Reads what follows the kind.</summary>
    /// <exception cref="MessageFormatException">The bytes are no such message.</exception>
    protected virtual ProtocolMessage Read(ref MessagePackReader reader, byte kind)
    {
        switch ((SharedMessageKind)kind)
        {
            case SharedMessageKind.Submit:
                return new Submit(BlockCodec.ReadBatch(ref reader));
            case SharedMessageKind.CheckpointVote:
                return new CheckpointVote(CheckpointCodec.Read(ref reader), WireFields.ReadSignature(ref reader));
            case SharedMessageKind.StableCheckpoint:
                return new StableCheckpoint(StableProofCodec.Read(ref reader, members));
            case SharedMessageKind.CatchUpRequest:
                return new CatchUpRequest(WireFields.ReadNumber(ref reader), WireFields.ReadNumber(ref reader));
            case SharedMessageKind.CatchUpBlocks:
                return ReadCatchUp(ref reader);
            case SharedMessageKind.SnapshotRequest:
                return new SnapshotRequest(WireFields.ReadNumber(ref reader));
            case SharedMessageKind.SnapshotOffer:
                return new SnapshotOffer(CertifiedSnapshotCodec.Read(ref reader, members));
            case SharedMessageKind.SnapshotPartRequest:
                return new SnapshotPartRequest(new LogIndex(reader.ReadUInt64()), WireFields.ReadDigest(ref reader), reader.ReadInt64());
            case SharedMessageKind.SnapshotPart:
                return new SnapshotPart(new LogIndex(reader.ReadUInt64()), reader.ReadInt64(), WireFields.ReadBytes(ref reader), WireFields.ReadBytes(ref reader));
            case SharedMessageKind.SnapshotVote:
                return new SnapshotVote(SnapshotDescriptorCodec.Read(ref reader), WireFields.ReadSignature(ref reader), reader.ReadBoolean());
            default:
                throw new MessageFormatException($"There is no message of kind {kind}.");
        }
    }

    private static CatchUpBlocks ReadCatchUp(ref MessagePackReader reader)
    {
        var first = WireFields.ReadNumber(ref reader);
        var blocks = new Block[WireFields.ReadCount(ref reader, bytesEachMin: 2)];
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = BlockCodec.ReadBlock(ref reader);
        }

        return new CatchUpBlocks(first, blocks);
    }
}
