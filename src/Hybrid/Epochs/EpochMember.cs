using Consensus.Cryptography;

namespace Consensus.Hybrid;

/// <summary>A member of an epoch that an operator has ordered.</summary>
/// <param name="Id">Its number, given once and never given to another replica.</param>
/// <param name="Key">What its signatures are checked with.</param>
/// <param name="Address">Where the others reach it, for example <c>host:port</c>.</param>
public readonly record struct EpochMember(NodeId Id, PublicKey Key, string Address);
