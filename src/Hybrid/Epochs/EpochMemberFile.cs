namespace Consensus.Hybrid;

/// <summary>A member of an epoch, with its public key.</summary>
internal sealed record EpochMemberFile(uint Id, string PublicKey);
