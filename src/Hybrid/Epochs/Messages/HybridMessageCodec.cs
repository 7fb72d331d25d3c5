using System.Buffers;
using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Threat;
using Consensus.Serialization;

namespace Consensus.Hybrid.Messages;

/// <summary>
/// The wire form: the messages of an epoch's engine are what they are without the hybrid, behind the epoch's number and identity. Of an epoch that is not known here only that is read.
/// </summary>
/// <param name="book">The engines of the epochs that are known here.</param>
internal sealed class HybridMessageCodec(EpochBook book) : IMessageCodec
{
    // A certificate has a descriptor, of four members at least, and their signatures.
    private const int CertificateBytesMin = 512;
    private const int EntryBytesMin = 5;

    /// <inheritdoc/>
    public void Encode(ProtocolMessage message, IBufferWriter<byte> destination)
    {
        var writer = new MessagePackWriter(destination);
        switch (message)
        {
            case IEpochMessage m:
                writer.Write((byte)HybridMessageKind.OfEpoch);
                WriteTag(ref writer, m.Epoch);
                writer.Flush();
                book.Find(m.Epoch)?.Engine.Codec.Encode(m.Content!, destination);
                return;
            case HandoverVote m:
                writer.Write((byte)HybridMessageKind.HandoverVote);
                WriteTag(ref writer, m.Ends);
                m.Content.Write(ref writer);
                WireFields.WriteSignature(ref writer, m.Signature);
                break;
            case HandoverProof m:
                writer.Write((byte)HybridMessageKind.HandoverProof);
                writer.WriteArrayHeader(m.Certificates.Length);
                foreach (var certificate in m.Certificates)
                {
                    certificate.Write(ref writer);
                }

                break;
            case ProofRequest m:
                writer.Write((byte)HybridMessageKind.ProofRequest);
                writer.Write(m.Known.Value);
                break;
            case EntriesRequest m:
                writer.Write((byte)HybridMessageKind.EntriesRequest);
                WireFields.WritePosition(ref writer, m.Before);
                WireFields.WritePosition(ref writer, m.Last);
                break;
            case EntriesAnswer m:
                writer.Write((byte)HybridMessageKind.EntriesAnswer);
                WriteEntries(ref writer, m);
                break;
            case StateRequest m:
                writer.Write((byte)HybridMessageKind.StateRequest);
                writer.Write(m.Epoch.Value);
                break;
            case StateOffer m:
                writer.Write((byte)HybridMessageKind.StateOffer);
                SnapshotDescriptorCodec.Write(ref writer, m.Snapshot);
                break;
            case StatePartRequest m:
                writer.Write((byte)HybridMessageKind.StatePartRequest);
                writer.Write(m.Epoch.Value);
                writer.Write(m.Offset);
                break;
            case StatePart m:
                writer.Write((byte)HybridMessageKind.StatePart);
                writer.Write(m.Epoch.Value);
                writer.Write(m.Offset);
                writer.Write(m.Data.Span);
                break;
            case FloorVote m:
                writer.Write((byte)HybridMessageKind.FloorVote);
                WriteTag(ref writer, m.Epoch);
                m.Content.Write(ref writer);
                WireFields.WriteSignature(ref writer, m.Signature);
                break;
            case FloorHeld m:
                writer.Write((byte)HybridMessageKind.FloorHeld);
                WriteTag(ref writer, m.Epoch);
                writer.Write(m.Held.Value);
                writer.Write(m.Counted.Value);
                break;
            case FloorProof m:
                writer.Write((byte)HybridMessageKind.FloorProof);
                WriteTag(ref writer, m.Epoch);
                writer.Write(m.Certificate!.ToBytes());
                break;
            case SnapshotQuestion m:
                writer.Write((byte)HybridMessageKind.SnapshotQuestion);
                WriteTag(ref writer, m.Epoch);
                writer.Write(m.Index.Value);
                break;
            case SnapshotWitness m:
                writer.Write((byte)HybridMessageKind.SnapshotWitness);
                WriteTag(ref writer, m.Epoch);
                SnapshotDescriptorCodec.Write(ref writer, m.Snapshot);
                break;
            case EndNotice m:
                writer.Write((byte)HybridMessageKind.EndNotice);
                WriteTag(ref writer, m.Epoch);
                writer.Write(m.Cause?.ToBytes() ?? []);
                break;
            case ThreatNotice m:
                writer.Write((byte)HybridMessageKind.ThreatNotice);
                WriteTag(ref writer, m.Epoch);
                m.Report.Write(ref writer);
                break;
            case MarkNotice m:
                writer.Write((byte)HybridMessageKind.MarkNotice);
                WriteTag(ref writer, m.Epoch);
                writer.Write(m.Leader.Value);
                WireFields.WritePosition(ref writer, m.Position);
                WireFields.WriteSignature(ref writer, m.Signature);
                break;
            case ReturnRequest m:
                writer.Write((byte)HybridMessageKind.ReturnRequest);
                WriteTag(ref writer, m.Epoch);
                writer.Write(m.Order.ToBytes());
                break;
            case ReturnAnswer m:
                writer.Write((byte)HybridMessageKind.ReturnAnswer);
                WriteTag(ref writer, m.Epoch);
                writer.Write(m.Order.ToBytes());
                WireFields.WriteSignature(ref writer, m.Consent);
                writer.Write(m.Obstacle);
                break;
            case EvidenceNotice m:
                writer.Write((byte)HybridMessageKind.EvidenceNotice);
                WriteTag(ref writer, m.Epoch);
                EvidenceCodec.Write(ref writer, m.Evidence);
                break;
            default:
                throw new ArgumentException($"{message.GetType().Name} is no message of the hybrid.", nameof(message));
        }

        writer.Flush();
    }

    /// <inheritdoc/>
    public ProtocolMessage Decode(ReadOnlyMemory<byte> frame)
    {
        try
        {
            var reader = new MessagePackReader(frame);
            var kind = (HybridMessageKind)reader.ReadByte();
            if (kind == HybridMessageKind.OfEpoch)
            {
                var tag = ReadTag(ref reader);
                return new EpochMessage(tag, book.Find(tag) is { IsMember: true } epoch ? epoch.Engine.Codec.Decode(frame[(int)reader.Consumed..]) : null);
            }

            ProtocolMessage message = kind switch
            {
                HybridMessageKind.HandoverVote => new HandoverVote(Lsn.Zero, ReadTag(ref reader), HandoverContent.Read(ref reader), WireFields.ReadSignature(ref reader)),
                HybridMessageKind.HandoverProof => new HandoverProof(ReadCertificates(ref reader)),
                HybridMessageKind.ProofRequest => new ProofRequest(new Epoch(reader.ReadUInt64())),
                HybridMessageKind.EntriesRequest => new EntriesRequest(ReadPlace(ref reader), ReadPlace(ref reader)),
                HybridMessageKind.EntriesAnswer => ReadEntries(ref reader),
                HybridMessageKind.StateRequest => new StateRequest(new Epoch(reader.ReadUInt64())),
                HybridMessageKind.StateOffer => new StateOffer(SnapshotDescriptorCodec.Read(ref reader)),
                HybridMessageKind.StatePartRequest => new StatePartRequest(new Epoch(reader.ReadUInt64()), ReadOffset(ref reader)),
                HybridMessageKind.StatePart => new StatePart(new Epoch(reader.ReadUInt64()), ReadOffset(ref reader), WireFields.ReadBytes(ref reader)),
                HybridMessageKind.FloorVote => new FloorVote(Lsn.Zero, ReadTag(ref reader), FloorContent.Read(ref reader), WireFields.ReadSignature(ref reader)),
                HybridMessageKind.FloorProof => ReadFloorProof(ref reader),
                HybridMessageKind.SnapshotQuestion => new SnapshotQuestion(ReadTag(ref reader), ReadIndex(ref reader)),
                HybridMessageKind.SnapshotWitness => new SnapshotWitness(ReadTag(ref reader), SnapshotDescriptorCodec.Read(ref reader)),
                HybridMessageKind.FloorHeld => new FloorHeld(ReadTag(ref reader), ReadIndex(ref reader), ReadIndex(ref reader)),
                HybridMessageKind.EndNotice => new EndNotice(Lsn.Zero, ReadTag(ref reader), ReadCause(ref reader)),
                HybridMessageKind.ThreatNotice => new ThreatNotice(ReadTag(ref reader), SignedThreatReport.Read(ref reader)),
                HybridMessageKind.EvidenceNotice => new EvidenceNotice(ReadTag(ref reader), EvidenceCodec.Read(ref reader)),
                HybridMessageKind.MarkNotice => new MarkNotice(ReadTag(ref reader), new NodeId(reader.ReadUInt32()), WireFields.ReadPosition(ref reader), WireFields.ReadSignature(ref reader)),
                HybridMessageKind.ReturnRequest => new ReturnRequest(ReadTag(ref reader), ReadOrder(ref reader)),
                HybridMessageKind.ReturnAnswer => new ReturnAnswer(ReadTag(ref reader), ReadOrder(ref reader), WireFields.ReadSignature(ref reader), ReadObstacle(ref reader)),
                _ => throw new MessageFormatException($"The hybrid has no messages of kind {(byte)kind}."),
            };
            if (!reader.End)
            {
                throw new MessageFormatException($"A {message.GetType().Name} is followed by bytes that do not belong to it.");
            }

            // What nobody can check now must not be taken for checked when its epoch has begun meanwhile.
            return TagOf(message) is { } unknown && book.Find(unknown) is null ? new EpochMessage(unknown, null) : message;
        }
        catch (MessagePackSerializationException exception)
        {
            throw new MessageFormatException($"Not a message of the hybrid: {exception.Message}", exception);
        }
    }

    /// <summary>The epoch of a message that the core believes to be checked, and to be of a member. Votes on a handover are not among them: they are checked when they are counted.</summary>
    internal static EpochTag? TagOf(ProtocolMessage message) => message switch
    {
        EndNotice m => m.Epoch,
        IFloorMessage m => m.Epoch,
        IControlMessage m => m.Epoch,
        EpochMessage { Content: not null } m => m.Epoch,
        _ => null,
    };

    private static void WriteTag(ref MessagePackWriter writer, in EpochTag tag)
    {
        writer.Write(tag.Number.Value);
        WireFields.WriteDigest(ref writer, tag.Id);
    }

    private static EpochTag ReadTag(ref MessagePackReader reader) => new(new Epoch(reader.ReadUInt64()), WireFields.ReadDigest(ref reader));

    private FloorProof ReadFloorProof(ref MessagePackReader reader)
    {
        var tag = ReadTag(ref reader);
        var bytes = WireFields.ReadBytes(ref reader);
        if (book.Find(tag) is not { } epoch)
        {
            // Whose signatures count is not known here.
            return new FloorProof(tag, null);
        }

        var inner = new MessagePackReader(bytes);
        var certificate = FloorCertificate.Read(ref inner, epoch.Descriptor.Members);
        return inner.End ? new FloorProof(tag, certificate) : throw new MessageFormatException("The certificate of a floor is followed by bytes that do not belong to it.");
    }

    private static SealOrder ReadOrder(ref MessagePackReader reader) =>
        SealOrder.TryRead(WireFields.ReadBytes(ref reader)) ?? throw new MessageFormatException("What should be an order to end the epoch is none.");

    private static string ReadObstacle(ref MessagePackReader reader) =>
        reader.ReadString() is { Length: <= ReturnAnswer.ObstacleMax } text ? text : throw new MessageFormatException($"Why a member does not agree has at most {ReturnAnswer.ObstacleMax} characters.");

    private static EndCause? ReadCause(ref MessagePackReader reader)
    {
        var bytes = WireFields.ReadBytes(ref reader);
        return bytes.IsEmpty ? null : EndCause.TryRead(bytes) ?? throw new MessageFormatException("What should be the cause of the epoch's end is none.");
    }

    private static LogIndex ReadIndex(ref MessagePackReader reader)
    {
        var index = reader.ReadUInt64();
        return index <= long.MaxValue ? new LogIndex(index) : throw new MessageFormatException($"There is no entry {index}.");
    }

    private static LogPosition ReadPlace(ref MessagePackReader reader)
    {
        var place = WireFields.ReadPosition(ref reader);
        return place.Index.Value <= long.MaxValue ? place : throw new MessageFormatException($"There is no entry {place.Index}.");
    }

    private static long ReadOffset(ref MessagePackReader reader)
    {
        var offset = reader.ReadInt64();
        return offset >= 0 ? offset : throw new MessageFormatException($"A part begins at {offset}.");
    }

    private static ImmutableArray<HandoverCertificate> ReadCertificates(ref MessagePackReader reader)
    {
        var certificates = ImmutableArray.CreateBuilder<HandoverCertificate>();
        for (var left = WireFields.ReadCount(ref reader, CertificateBytesMin); left > 0; left--)
        {
            certificates.Add(HandoverCertificate.Read(ref reader));
        }

        return certificates.ToImmutable();
    }

    private static void WriteEntries(ref MessagePackWriter writer, EntriesAnswer answer)
    {
        WireFields.WritePosition(ref writer, answer.Before);
        WireFields.WritePosition(ref writer, answer.Last);
        writer.WriteArrayHeader(answer.Entries.Length);
        foreach (ref readonly var entry in answer.Entries.Span)
        {
            writer.Write(entry.Term.Value);
            writer.Write((byte)entry.Kind);
            writer.Write(entry.Time.UnixMilliseconds);
            writer.Write(entry.Payload.Span);
        }
    }

    private static EntriesAnswer ReadEntries(ref MessagePackReader reader)
    {
        var (before, last) = (ReadPlace(ref reader), ReadPlace(ref reader));
        var entries = new LogEntry[WireFields.ReadCount(ref reader, EntryBytesMin)];
        for (var i = 0; i < entries.Length; i++)
        {
            var term = new Term(reader.ReadUInt64());
            var kind = (EntryKind)reader.ReadByte();
            if (!Enum.IsDefined(kind))
            {
                throw new MessageFormatException($"There are no entries of kind {(byte)kind}.");
            }

            entries[i] = new LogEntry(before.Index + (ulong)i + 1, term, kind, new Timestamp(reader.ReadInt64()), WireFields.ReadBytes(ref reader), default);
        }

        return new EntriesAnswer(before, last, entries);
    }
}
