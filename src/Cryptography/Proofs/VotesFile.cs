namespace Consensus.Cryptography;

/// <summary>The certificate.</summary>
internal sealed record VotesFile(string Kind, ulong View, ulong Sequence, string Hash, IReadOnlyList<SignatureFile> Signatures);
