namespace Consensus.Cryptography;

/// <summary>An epoch of a group, as somebody knows it who checks what its members sign.</summary>
/// <param name="Domain">The cluster and the epoch, as they stand in what is signed.</param>
/// <param name="Members">The members and their keys.</param>
public sealed record TrustedEpoch(SigningDomain Domain, SignerSet Members);
