namespace Consensus.Cryptography;

/// <summary>A member of an epoch and the key that its signatures are checked with.</summary>
/// <param name="Id">The member.</param>
/// <param name="Key">Its public key.</param>
public readonly record struct MemberKey(NodeId Id, PublicKey Key);
