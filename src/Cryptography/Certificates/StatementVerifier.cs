using System.Diagnostics.CodeAnalysis;

namespace Consensus.Cryptography;

/// <summary>Checks what the members of one epoch signed, each signature once.</summary>
/// <remarks>Safe to use from any number of threads. What is valid is found without allocating.</remarks>
public sealed class StatementVerifier
{
    private readonly SigningDomain _domain;
    private readonly ISignatureVerifier _signatures;
    private readonly VerifiedSignatures _verified;

    /// <summary>Makes a verifier for one epoch.</summary>
    /// <param name="domain">The epoch; statements of another are refused.</param>
    /// <param name="members">Its members.</param>
    /// <param name="signatures">What does the arithmetic.</param>
    /// <param name="verified">Where valid signatures are remembered; it may be shared between epochs.</param>
    public StatementVerifier(in SigningDomain domain, SignerSet members, ISignatureVerifier signatures, VerifiedSignatures verified)
    {
        _domain = domain;
        Members = members;
        _signatures = signatures;
        _verified = verified;
    }

    /// <summary>The epoch.</summary>
    public ref readonly SigningDomain Domain => ref _domain;

    /// <summary>The members of the epoch.</summary>
    public SignerSet Members { get; }

    /// <summary>Signs a statement of this replica, and remembers the signature: one's own is never checked.</summary>
    public Signature Sign(ISigner signer, in Statement statement)
    {
        var signature = statement.Sign(signer);
        _verified.Add(signer.PublicKey, statement.ComputeDigest(), signature);
        return signature;
    }

    /// <summary>Whether a member of this epoch signed a statement of this epoch.</summary>
    public bool Verify(in SignedStatement signed)
    {
        var signer = Members.IndexOf(signed.Signer);
        if (signer < 0 || signed.Statement.Domain != _domain)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Statement.SignedSize];
        signed.Statement.CopyTo(bytes);
        return Verify(signer, bytes, Blake3.Hash(bytes), signed.Signature);
    }

    /// <summary>Whether a certificate proves a statement of this epoch.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="kind">What it must be about.</param>
    /// <param name="threshold">How many signers it must have: the quorum of the members, or another number that the protocol gives.</param>
    /// <param name="defect">What is wrong, if something is.</param>
    public bool Verify(QuorumCertificate certificate, StatementKind kind, int threshold, [NotNullWhen(false)] out CertificateDefect? defect)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, Members.Count);
        defect = StatementDefect(certificate.Statement, kind)
            ?? CertificateDefects.IfOtherCount(certificate.Signatures.Length, threshold)
            ?? SignatureDefect(certificate);
        return defect is null;
    }

    private CertificateDefect? StatementDefect(in Statement statement, StatementKind kind)
    {
        if (statement.Domain != _domain)
        {
            return new CertificateDefect(CertificateDefectKind.OtherDomain, $"The certificate is of {statement.Domain}; this epoch is {_domain}.");
        }

        return statement.Kind == kind
            ? null
            : new CertificateDefect(CertificateDefectKind.OtherKind, $"The certificate is about {statement.Kind}; expected is {kind}.");
    }

    private CertificateDefect? SignatureDefect(QuorumCertificate certificate)
    {
        Span<byte> bytes = stackalloc byte[Statement.SignedSize];
        certificate.Statement.CopyTo(bytes);
        var digest = Blake3.Hash(bytes);
        foreach (ref readonly var signature in certificate.Signatures.AsSpan())
        {
            var signer = Members.IndexOf(signature.Signer);
            if (signer < 0)
            {
                return CertificateDefects.IfUnknown(signature.Signer, Members);
            }

            if (!Verify(signer, bytes, digest, signature.Signature))
            {
                return new CertificateDefect(CertificateDefectKind.InvalidSignature, $"The signature of node {signature.Signer} is not valid for the certificate's statement.");
            }
        }

        return null;
    }

    private bool Verify(int signer, ReadOnlySpan<byte> statement, in Digest digest, in Signature signature)
    {
        ref readonly var key = ref Members.KeyAt(signer);
        if (_verified.Contains(key, digest, signature))
        {
            return true;
        }

        if (!_signatures.Verify(key, statement, signature))
        {
            return false;
        }

        _verified.Add(key, digest, signature);
        return true;
    }
}
