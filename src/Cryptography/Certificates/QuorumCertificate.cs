using System.Collections.Immutable;

namespace Consensus.Cryptography;

/// <summary>A statement with the signatures of distinct members, in the order of their ids. Whether they are valid is for <see cref="StatementVerifier"/> to say.</summary>
/// <remarks>
/// Immutable and safe to share between threads. Two certificates for one statement are worth the same, whoever signed: the identity is the
/// statement's, and no hash covers the signatures.
/// </remarks>
public sealed class QuorumCertificate
{
    private readonly Statement _statement;

    /// <summary>Makes a certificate.</summary>
    /// <param name="statement">What was signed.</param>
    /// <param name="signatures">At least one; signers strictly growing.</param>
    /// <exception cref="ArgumentException">There is no signature, or the signers do not grow.</exception>
    public QuorumCertificate(in Statement statement, ImmutableArray<MemberSignature> signatures)
    {
        if (signatures.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A certificate has at least one signature.", nameof(signatures));
        }

        for (var i = 1; i < signatures.Length; i++)
        {
            if (signatures[i].Signer <= signatures[i - 1].Signer)
            {
                throw new ArgumentException($"Node {signatures[i].Signer} comes after node {signatures[i - 1].Signer}; signers must grow.", nameof(signatures));
            }
        }

        _statement = statement;
        Signatures = signatures;
    }

    /// <summary>What was signed.</summary>
    public ref readonly Statement Statement => ref _statement;

    /// <summary>The signatures in the order of their signers.</summary>
    public ImmutableArray<MemberSignature> Signatures { get; }

    /// <summary>The identity: the statement's, whoever signed.</summary>
    public Digest ComputeDigest() => _statement.ComputeDigest();

    /// <summary>Whether a member is among the signers.</summary>
    public bool IsSignedBy(NodeId member)
    {
        foreach (ref readonly var signature in Signatures.AsSpan())
        {
            if (signature.Signer == member)
            {
                return true;
            }
        }

        return false;
    }
}
