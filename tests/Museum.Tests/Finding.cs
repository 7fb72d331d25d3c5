namespace Consensus.Museum.Tests;

/// <summary>What came of looking for a violation. Crosses the border between two loads of this assembly, as JSON.</summary>
/// <param name="Seed">The first seed whose run violates something; 0 if none does.</param>
/// <param name="Checker">What it violates.</param>
/// <param name="Description">What was seen.</param>
/// <param name="Trace">The digest of the last run.</param>
internal sealed record Finding(ulong Seed, string Checker, string Description, string Trace)
{
    public bool IsFound => Seed > 0;

    public override string ToString() => IsFound ? $"seed {Seed}, {Checker}: {Description}" : "nothing found";
}
