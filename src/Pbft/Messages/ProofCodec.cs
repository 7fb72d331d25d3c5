using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Pbft.Messages;

/// <summary>The encoded form of proofs, on the wire and in the write-ahead log.</summary>
internal sealed class ProofCodec(SignerSet members)
{
    /// <summary>How many prepares of others make a block prepared, beside the primary's proposal.</summary>
    public int PreparesNeeded => members.Quorum - 1;

    /// <summary>How many commits make a block committed.</summary>
    public int Quorum => members.Quorum;

    public static void Write(ref MessagePackWriter writer, PreparedProof proof)
    {
        WireFields.WriteSignature(ref writer, proof.Primary);
        CertificateCodec.Write(ref writer, proof.Prepares);
    }

    public PreparedProof ReadPrepared(ref MessagePackReader reader) =>
        new(WireFields.ReadSignature(ref reader), CertificateCodec.Read(ref reader, members, PreparesNeeded));

    public QuorumCertificate ReadCommits(ref MessagePackReader reader) => CertificateCodec.Read(ref reader, members, Quorum);
}
