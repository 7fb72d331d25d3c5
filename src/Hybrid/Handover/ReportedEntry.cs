namespace Consensus.Hybrid;

/// <summary>An entry that a replica has: its number follows from its place in the report.</summary>
/// <param name="Term">The term that made it.</param>
/// <param name="Chain">What it and all before it hash to.</param>
internal readonly record struct ReportedEntry(Term Term, Digest Chain);
