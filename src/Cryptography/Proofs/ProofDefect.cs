namespace Consensus.Cryptography;

/// <summary>Why something proves nothing.</summary>
/// <param name="Kind">The machine-readable reason.</param>
/// <param name="Detail">What is wrong, where, and what is allowed.</param>
public sealed record ProofDefect(ProofDefectKind Kind, string Detail);
