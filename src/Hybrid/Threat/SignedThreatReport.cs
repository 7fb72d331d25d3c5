using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid.Threat;

/// <summary>A report that others can show to others.</summary>
/// <param name="Content">What it says.</param>
/// <param name="Signature">The reporter's signature.</param>
internal readonly record struct SignedThreatReport(ThreatReport Content, Signature Signature)
{
    /// <summary>Signs a report.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="content">What is reported.</param>
    /// <param name="signer">The reporter's key.</param>
    public static SignedThreatReport Give(KnownEpoch epoch, in ThreatReport content, ISigner signer) =>
        new(content, epoch.Verifier.Sign(signer, epoch.Say(content)));

    /// <summary>What is wrong with the report in an epoch; nothing, if it counts there.</summary>
    public string? DefectIn(KnownEpoch epoch)
    {
        var members = epoch.Descriptor.Members;
        return members.IndexOf(Content.Accused) < 0 ? $"Node {Content.Accused}, about whom node {Content.Reporter} reports, is no member."
            : Content.Accused == Content.Reporter ? $"Node {Content.Reporter} reports about itself."
            : epoch.Verifier.Verify(new SignedStatement(epoch.Say(Content), Content.Reporter, Signature)) ? null
            : $"The signature of node {Content.Reporter} is not valid for what it reports about node {Content.Accused}.";
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.Write(Content.Reporter.Value);
        writer.Write(Content.Accused.Value);
        writer.Write((byte)Content.Level);
        writer.Write(Content.Version);
        WireFields.WriteSignature(ref writer, Signature);
    }

    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    public static SignedThreatReport Read(ref MessagePackReader reader)
    {
        var reporter = new NodeId(reader.ReadUInt32());
        var accused = new NodeId(reader.ReadUInt32());
        var level = (ThreatLevel)reader.ReadByte();
        return Enum.IsDefined(level)
            ? new SignedThreatReport(new ThreatReport(reporter, accused, level, reader.ReadUInt64()), WireFields.ReadSignature(ref reader))
            : throw new MessageFormatException($"There is no level of threat {(byte)level}.");
    }
}
