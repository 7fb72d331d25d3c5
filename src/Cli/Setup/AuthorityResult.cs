namespace Consensus.Cli.Setup;

/// <summary>The authorities of a cluster after one of the two steps of their exchange, as scripts read it.</summary>
/// <param name="Certificate">The file with the certificates that all nodes must trust.</param>
/// <param name="Key">The file with the private key that issues certificates.</param>
/// <param name="Trusted">The authorities in the file; the first is the one whose key is there.</param>
internal sealed record AuthorityResult(string Certificate, string Key, IReadOnlyList<TrustedAuthority> Trusted);
