namespace Consensus.Cryptography.Bench;

/// <summary>A verifier that costs nothing: what is measured is what surrounds the arithmetic.</summary>
internal sealed class AcceptAll : ISignatureVerifier
{
    public bool Verify(in PublicKey key, ReadOnlySpan<byte> message, in Signature signature) => true;
}
