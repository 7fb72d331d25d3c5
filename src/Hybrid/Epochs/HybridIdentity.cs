using Consensus.Cryptography;

namespace Consensus.Hybrid;

/// <summary>Who a replica is in all epochs, and what checks the signatures of the others. Immutable; safe to use from any number of threads.</summary>
/// <param name="Self">The replica.</param>
/// <param name="Signer">Its key.</param>
/// <param name="Signatures">Checks signatures.</param>
/// <param name="Verified">Remembers valid ones.</param>
public sealed record HybridIdentity(NodeId Self, ISigner Signer, ISignatureVerifier Signatures, VerifiedSignatures Verified);
