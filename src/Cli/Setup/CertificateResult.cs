namespace Consensus.Cli.Setup;

/// <summary>A certificate that was issued, as scripts read it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Certificate">The file with the certificate.</param>
/// <param name="Key">The file with its private key.</param>
/// <param name="ExpiresAt">The end of its validity.</param>
internal sealed record CertificateResult(uint Node, string Certificate, string Key, DateTimeOffset ExpiresAt);
