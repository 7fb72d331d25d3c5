namespace Consensus.Cryptography;

/// <summary>Signs in a simulation. Only a <see cref="SimulatedKeyRegistry"/> makes one.</summary>
internal sealed class SimulatedSigner(PublicKey publicKey, Digest signingKey) : ISigner
{
    /// <inheritdoc/>
    public PublicKey PublicKey { get; } = publicKey;

    /// <inheritdoc/>
    public Signature Sign(ReadOnlySpan<byte> message) => SimulatedKeyRegistry.Sign(signingKey, message);

    /// <summary>The public key.</summary>
    public override string ToString() => $"simulated signer {PublicKey}";
}
