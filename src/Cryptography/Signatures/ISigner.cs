namespace Consensus.Cryptography;

/// <summary>Signs in the name of one replica or client. Safe to use from any number of threads.</summary>
/// <remarks>Deterministic: the same message gives the same signature, so that a core that signs stays a function of its inputs.</remarks>
public interface ISigner
{
    /// <summary>What the signatures are checked with.</summary>
    PublicKey PublicKey { get; }

    /// <summary>Signs a message.</summary>
    Signature Sign(ReadOnlySpan<byte> message);
}
