using System.Buffers;
using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>
/// What a replica says when it has ended an epoch of Raft, and signs once: its highest floor, and which entries it has above that. From so many reports follows where the next epoch begins (<see cref="HandoverStart"/>).
/// </summary>
/// <param name="Member">The replica.</param>
/// <param name="Ends">The epoch.</param>
/// <param name="Floor">Its highest floor; none, if it has none in this epoch.</param>
/// <param name="Entries">The entries behind the floor, or behind the epoch's beginning, in their order; none, if its log does not go through that place.</param>
/// <param name="Signature">Its signature.</param>
/// <remarks>Immutable.</remarks>
internal sealed record EndReport(NodeId Member, Digest Ends, FloorCertificate? Floor, ReadOnlyMemory<ReportedEntry> Entries, Signature Signature)
{
    private const int EntryBytes = sizeof(ulong) + Digest.Size;

    /// <summary>Makes the report of a replica.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="identity">The replica.</param>
    /// <param name="floor">Its highest floor.</param>
    /// <param name="entries">What it has above.</param>
    public static EndReport Make(KnownEpoch epoch, HybridIdentity identity, FloorCertificate? floor, ReadOnlyMemory<ReportedEntry> entries)
    {
        var report = new EndReport(identity.Self, epoch.Descriptor.Id, floor, entries, default);
        return report with { Signature = epoch.Verifier.Sign(identity.Signer, epoch.Say(report)) };
    }

    /// <summary>The hash of what is signed, in the domain of the epoch.</summary>
    public Digest Hash => Blake3.Hash(Bytes(WriteContent));

    /// <summary>The place behind which <see cref="Entries"/> lie.</summary>
    /// <param name="epoch">The epoch.</param>
    public LogPosition BaseIn(EpochDescriptor epoch) => Floor?.Position ?? epoch.Beginning;

    /// <summary>What is wrong with the report in an epoch; nothing, if it counts there.</summary>
    public string? DefectIn(KnownEpoch epoch) =>
        Ends != epoch.Descriptor.Id ? $"It is about the epoch {Ends}; epoch {epoch.Descriptor.Number.Value} is {epoch.Descriptor.Id}."
        : Floor?.DefectIn(epoch) is { } defect ? $"Its floor is none: {defect}"
        : epoch.Verifier.Verify(new SignedStatement(epoch.Say(this), Member, Signature)) ? null : $"Node {Member} did not sign it.";

    public byte[] ToBytes() => Bytes((ref MessagePackWriter writer) =>
    {
        WriteContent(ref writer);
        WireFields.WriteSignature(ref writer, Signature);
    });

    /// <summary>Reads a report of an epoch; its signatures are not checked.</summary>
    /// <returns>The report; nothing, if the bytes are none. Nothing is thrown for any bytes.</returns>
    public static EndReport? TryRead(ReadOnlyMemory<byte> bytes, SignerSet members)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            var member = new NodeId(reader.ReadUInt32());
            var ends = WireFields.ReadDigest(ref reader);
            var floor = reader.TryReadNil() ? null : FloorCertificate.Read(ref reader, members);
            var entries = ReadEntries(WireFields.ReadBytes(ref reader));
            var signature = WireFields.ReadSignature(ref reader);
            return reader.End ? new EndReport(member, ends, floor, entries, signature) : null;
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or MessageFormatException)
        {
            return null;
        }
    }

    private void WriteContent(ref MessagePackWriter writer)
    {
        writer.Write(Member.Value);
        WireFields.WriteDigest(ref writer, Ends);
        if (Floor is { } floor)
        {
            floor.Write(ref writer);
        }
        else
        {
            writer.WriteNil();
        }

        var bytes = new byte[Entries.Length * EntryBytes];
        for (var i = 0; i < Entries.Length; i++)
        {
            var place = bytes.AsSpan(i * EntryBytes, EntryBytes);
            BinaryPrimitives.WriteUInt64BigEndian(place, Entries.Span[i].Term.Value);
            Entries.Span[i].Chain.CopyTo(place[sizeof(ulong)..]);
        }

        writer.Write(bytes);
    }

    private static ReportedEntry[] ReadEntries(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length % EntryBytes != 0)
        {
            throw new MessageFormatException($"Entries of a report have {EntryBytes} bytes each; {bytes.Length} are no multiple of that.");
        }

        var entries = new ReportedEntry[bytes.Length / EntryBytes];
        for (var i = 0; i < entries.Length; i++)
        {
            var place = bytes.Span.Slice(i * EntryBytes, EntryBytes);
            entries[i] = new ReportedEntry(new Term(BinaryPrimitives.ReadUInt64BigEndian(place)), new Digest(place[sizeof(ulong)..]));
        }

        return entries;
    }

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
