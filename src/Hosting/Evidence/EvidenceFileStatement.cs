namespace Consensus.Hosting;

/// <summary>One of the two statements of evidence, as it stands in a file.</summary>
internal sealed record EvidenceFileStatement(ulong View, ulong Sequence, string Hash, string Signature);
