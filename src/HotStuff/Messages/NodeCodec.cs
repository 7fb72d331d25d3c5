using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Leaders;
using Consensus.Serialization;

namespace Consensus.HotStuff.Messages;

/// <summary>The encoded form of nodes and certificates, on the wire and in the write-ahead log.</summary>
internal sealed class NodeCodec(SignerSet members)
{
    private const int FailedBytesMin = 2;
    private const int ReportBytesMin = 68;

    public static void Write(ref MessagePackWriter writer, NodeCertificate certificate)
    {
        if (certificate.Votes is { } votes)
        {
            CertificateCodec.Write(ref writer, votes);
        }
        else
        {
            writer.WriteNil();
        }
    }

    public NodeCertificate ReadCertificate(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
        {
            return NodeCertificate.Genesis;
        }

        var certificate = NodeCertificate.Of(CertificateCodec.Read(ref reader, members, members.Quorum));
        return certificate.View.Value is > 0 and <= long.MaxValue ? certificate : throw new MessageFormatException($"Nobody votes in view {certificate.View}.");
    }

    public static void Write(ref MessagePackWriter writer, Node node)
    {
        writer.Write(node.View.Value);
        writer.Write(node.Height.Value);
        Write(ref writer, node.Justify);
        writer.WriteArrayHeader(node.Record.Failed.Length);
        foreach (var failed in node.Record.Failed)
        {
            writer.Write(failed.Leader.Value);
            writer.Write(failed.Term);
        }

        WireFields.WriteDigest(ref writer, node.Payload);
    }

    public Node ReadNode(ref MessagePackReader reader)
    {
        var (view, height) = (ReadView(ref reader), WireFields.ReadNumber(ref reader));
        var justify = ReadCertificate(ref reader);
        var failed = new FailedTerm[WireFields.ReadCount(ref reader, FailedBytesMin)];
        if (failed.Length > members.FaultsMax)
        {
            throw new MessageFormatException($"{failed.Length} leaders are on record; at most {members.FaultsMax} are.");
        }

        for (var i = 0; i < failed.Length; i++)
        {
            failed[i] = new FailedTerm(new NodeId(reader.ReadUInt32()), reader.ReadUInt64());
        }

        var record = failed.Length == 0 ? LeaderRecord.Empty : new LeaderRecord(ImmutableArray.Create(failed));
        return new Node(view, height, justify, record, WireFields.ReadDigest(ref reader));
    }

    public static void Write(ref MessagePackWriter writer, TimeoutCertificate certificate)
    {
        writer.Write(certificate.Last.Value);
        writer.WriteArrayHeader(certificate.Reports.Length);
        foreach (ref readonly var report in certificate.Reports.AsSpan())
        {
            writer.Write(report.Signer.Value);
            writer.Write(report.High.Value);
            WireFields.WriteSignature(ref writer, report.Signature);
        }
    }

    public TimeoutCertificate ReadTimeouts(ref MessagePackReader reader)
    {
        var last = ReadView(ref reader);
        var reports = new ReportedView[WireFields.ReadCount(ref reader, ReportBytesMin)];
        if (reports.Length != members.Quorum)
        {
            throw new MessageFormatException($"A certificate of time-outs has {members.Quorum} of them, not {reports.Length}.");
        }

        for (var i = 0; i < reports.Length; i++)
        {
            reports[i] = new ReportedView(new NodeId(reader.ReadUInt32()), ReadView(ref reader), WireFields.ReadSignature(ref reader));
            if (i > 0 && reports[i].Signer <= reports[i - 1].Signer)
            {
                throw new MessageFormatException($"The time-out of node {reports[i].Signer} comes after that of node {reports[i - 1].Signer}; signers must grow.");
            }
        }

        return new TimeoutCertificate(last, ImmutableArray.Create(reports));
    }

    /// <summary>Reads a view. Views are added to: those at the end of the range do not come.</summary>
    public static ViewNumber ReadView(ref MessagePackReader reader)
    {
        var view = WireFields.ReadView(ref reader);
        return view.Value <= long.MaxValue ? view : throw new MessageFormatException($"There is no view {view}.");
    }
}
