namespace Consensus.Cli.Setup;

/// <summary>An authority that the nodes trust.</summary>
/// <param name="Thumbprint">The SHA-1 hash of its certificate, by which tools name it.</param>
/// <param name="ExpiresAt">The end of its validity.</param>
internal sealed record TrustedAuthority(string Thumbprint, DateTimeOffset ExpiresAt);
