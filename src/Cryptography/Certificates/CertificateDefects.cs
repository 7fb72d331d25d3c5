namespace Consensus.Cryptography;

/// <summary>The defects that both reading and verifying look for.</summary>
internal static class CertificateDefects
{
    public static CertificateDefect? IfOtherCount(int signers, int threshold)
    {
        if (signers == threshold)
        {
            return null;
        }

        var kind = signers < threshold ? CertificateDefectKind.TooFewSigners : CertificateDefectKind.TooManySigners;
        return new CertificateDefect(kind, $"A certificate has {signers} signers; exactly {threshold} are allowed.");
    }

    public static CertificateDefect? IfUnknown(NodeId signer, SignerSet members) =>
        members.IndexOf(signer) >= 0
            ? null
            : new CertificateDefect(CertificateDefectKind.UnknownSigner, $"Node {signer} is none of the {members.Count} members of the epoch.");
}
