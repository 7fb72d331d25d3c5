namespace Consensus.Cryptography;

/// <summary>Checks signatures. Stateless; safe to use from any number of threads.</summary>
public interface ISignatureVerifier
{
    /// <summary>Whether the owner of a key signed a message.</summary>
    /// <param name="key">The key of whoever is said to have signed; bytes that are no key, or a key of small order, verify nothing.</param>
    /// <param name="message">The signed bytes.</param>
    /// <param name="signature">The signature; one that is not in canonical form is not valid (RFC 8032, section 5.1.7).</param>
    bool Verify(in PublicKey key, ReadOnlySpan<byte> message, in Signature signature);
}
