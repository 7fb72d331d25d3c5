using System.Buffers;
using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Threat;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>
/// Why a replica has ended an epoch of Raft, in a form that convinces any other: never one member's word (pitfall S7).
/// </summary>
/// <remarks>Immutable.</remarks>
internal abstract record EndCause
{
    private EndCause()
    {
    }

    private enum Kind : byte
    {
        Order = 1,
        Evidence = 2,
        Reports = 3,
    }

    /// <summary>What is wrong with the cause in an epoch; nothing, if the epoch ends by it.</summary>
    public abstract string? DefectIn(KnownEpoch epoch);

    /// <summary>The cause in words, for operators.</summary>
    public abstract string Reason { get; }

    /// <summary>The cause in short, for whoever counts.</summary>
    public abstract EpochEndCause KindIn(EpochDescriptor epoch);

    /// <summary>The bytes of the cause.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        var writer = new MessagePackWriter(buffer);
        Write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a cause; its signatures are not checked.</summary>
    /// <returns>The cause; nothing, if the bytes are none. Nothing is thrown for any bytes.</returns>
    public static EndCause? TryRead(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            EndCause? cause = (Kind)reader.ReadByte() switch
            {
                Kind.Order => SealOrder.TryRead(WireFields.ReadBytes(ref reader)) is { } order ? new ByOrder(order) : null,
                Kind.Evidence => new ByEvidence(EvidenceCodec.Read(ref reader)),
                Kind.Reports => ByReports.Read(ref reader),
                _ => null,
            };
            return reader.End ? cause : null;
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or MessageFormatException)
        {
            return null;
        }
    }

    private protected abstract void Write(ref MessagePackWriter writer);

    /// <summary>An operator wants it, or a member has a command that needs it.</summary>
    /// <param name="Order">The order.</param>
    public sealed record ByOrder(SealOrder Order) : EndCause
    {
        /// <inheritdoc/>
        public override string Reason => $"{Order.Next.Protocol} was ordered";

        /// <inheritdoc/>
        public override EpochEndCause KindIn(EpochDescriptor epoch) => epoch.Operators.Contains(Order.Operator) ? EpochEndCause.Order : EpochEndCause.Rules;

        /// <inheritdoc/>
        public override string? DefectIn(KnownEpoch epoch) => Order.DefectIn(epoch.Descriptor, epoch.Signatures);

        private protected override void Write(ref MessagePackWriter writer)
        {
            writer.Write((byte)Kind.Order);
            writer.Write(Order.ToBytes());
        }
    }

    /// <summary>A member is proven to lie.</summary>
    /// <param name="Evidence">What proves it.</param>
    public sealed record ByEvidence(EquivocationEvidence Evidence) : EndCause
    {
        /// <inheritdoc/>
        public override string Reason => $"node {Evidence.Signer} is proven to lie ({Evidence.About})";

        /// <inheritdoc/>
        public override EpochEndCause KindIn(EpochDescriptor epoch) => EpochEndCause.Evidence;

        /// <inheritdoc/>
        public override string? DefectIn(KnownEpoch epoch) => epoch.DefectOf(Evidence);

        private protected override void Write(ref MessagePackWriter writer)
        {
            writer.Write((byte)Kind.Evidence);
            EvidenceCodec.Write(ref writer, Evidence);
        }
    }

    /// <summary>So many members have seen one of them lie that one of those does not lie itself.</summary>
    /// <param name="Reports">What they have signed: one of each of f + 1 members, all about the same one.</param>
    public sealed record ByReports(ImmutableArray<SignedThreatReport> Reports) : EndCause
    {
        private const int ReportBytesMin = Signature.Size + 6;

        /// <inheritdoc/>
        public override string Reason => $"nodes {string.Join(", ", Reports.Select(report => report.Content.Reporter))} report that node {Reports[0].Content.Accused} lies";

        /// <inheritdoc/>
        public override EpochEndCause KindIn(EpochDescriptor epoch) => EpochEndCause.Reports;

        /// <inheritdoc/>
        public override string? DefectIn(KnownEpoch epoch)
        {
            var reporters = Reports.Select(report => report.Content.Reporter).Distinct().Count();
            return Reports.Length != epoch.Descriptor.Members.WeakQuorum || reporters != Reports.Length
                    ? $"It has {Reports.Length} reports of {reporters} members; allowed are {epoch.Descriptor.Members.WeakQuorum}, each of another one."
                : Reports.Any(report => report.Content.Accused != Reports[0].Content.Accused) ? "Its reports are not all about the same member."
                : Reports.Any(report => report.Content.Level < ThreatLevel.High) ? $"Not all of its reports are of the level {ThreatLevel.High}, or above."
                : Reports.Select(report => report.DefectIn(epoch)).FirstOrDefault(defect => defect is not null);
        }

        /// <inheritdoc/>
        public bool Equals(ByReports? other) => other is not null && Reports.SequenceEqual(other.Reports);

        /// <inheritdoc/>
        public override int GetHashCode() => Reports.Length == 0 ? 0 : Reports[0].GetHashCode();

        internal static ByReports Read(ref MessagePackReader reader)
        {
            var reports = ImmutableArray.CreateBuilder<SignedThreatReport>();
            for (var left = WireFields.ReadCount(ref reader, ReportBytesMin); left > 0; left--)
            {
                reports.Add(SignedThreatReport.Read(ref reader));
            }

            return new ByReports(reports.ToImmutable());
        }

        private protected override void Write(ref MessagePackWriter writer)
        {
            writer.Write((byte)Kind.Reports);
            writer.WriteArrayHeader(Reports.Length);
            foreach (var report in Reports)
            {
                report.Write(ref writer);
            }
        }
    }
}
