namespace Consensus.Cli.Setup;

/// <summary>A signing key, as scripts read it: never the key itself.</summary>
/// <param name="File">The file with the key.</param>
/// <param name="PublicKey">What its signatures are checked with, as <c>Members:N:PublicKey</c> takes it.</param>
internal sealed record SigningKeyResult(string File, string PublicKey);
