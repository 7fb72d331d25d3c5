using System.Diagnostics.CodeAnalysis;

namespace Consensus.Cryptography;

/// <summary>Checks evidence with nothing but the members' public keys: by a replica, an auditor, or whoever was sent a file.</summary>
/// <remarks>
/// <para>Whoever believes a verdict believes that the keys are those of the members in the epoch in which the evidence was found. A member that had another key then is not
/// found guilty with the present one: its signature is not valid.</para>
/// <para>Safe to use from any number of threads; nothing is remembered.</para>
/// </remarks>
public static class EvidenceVerifier
{
    /// <summary>Whether evidence proves that its signer is faulty.</summary>
    /// <param name="evidence">The evidence.</param>
    /// <param name="members">The members of the epoch in which it was found.</param>
    /// <param name="signatures">What does the arithmetic.</param>
    /// <param name="defect">Why it proves nothing, if so.</param>
    public static bool Verify(EquivocationEvidence evidence, SignerSet members, ISignatureVerifier signatures, [NotNullWhen(false)] out EvidenceDefect? defect)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(signatures);
        defect = FindDefect(evidence, members, signatures);
        return defect is null;
    }

    private static EvidenceDefect? FindDefect(EquivocationEvidence evidence, SignerSet members, ISignatureVerifier signatures)
    {
        var index = members.IndexOf(evidence.Signer);
        if (index < 0)
        {
            return new EvidenceDefect(EvidenceDefectKind.UnknownSigner, $"Node {evidence.Signer} is none of the {members.Count} members.");
        }

        ref readonly var key = ref members.KeyAt(index);
        return SignatureDefect(evidence.First, key, signatures, "first") ?? SignatureDefect(evidence.Second, key, signatures, "second");
    }

    private static EvidenceDefect? SignatureDefect(in SignedStatement signed, in PublicKey key, ISignatureVerifier signatures, string which) =>
        signed.Statement.Verify(signatures, key, signed.Signature)
            ? null
            : new EvidenceDefect(EvidenceDefectKind.InvalidSignature, $"The signature of the {which} statement is not one of node {signed.Signer}, whose public key is {key}.");
}
