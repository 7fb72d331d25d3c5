namespace Consensus.Cryptography;

/// <summary>One signature of a certificate.</summary>
/// <param name="Signer">The member that signed.</param>
/// <param name="Signature">Its signature over the certificate's statement.</param>
public readonly record struct MemberSignature(NodeId Signer, Signature Signature);
