namespace Consensus.Cryptography;

/// <summary>Why something is no evidence.</summary>
/// <param name="Kind">The machine-readable reason.</param>
/// <param name="Detail">What is wrong, where, and what is allowed.</param>
public sealed record EvidenceDefect(EvidenceDefectKind Kind, string Detail);
