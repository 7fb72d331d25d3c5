namespace Consensus.Cryptography;

/// <summary>What is wrong with a certificate.</summary>
/// <param name="Kind">The machine-readable reason.</param>
/// <param name="Detail">What is wrong, where, and what is allowed.</param>
public sealed record CertificateDefect(CertificateDefectKind Kind, string Detail);
