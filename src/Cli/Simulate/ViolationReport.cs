namespace Consensus.Cli.Simulate;

/// <summary>Something that must not be, as scripts read it.</summary>
/// <param name="Checker">Which property is violated.</param>
/// <param name="Description">What was seen.</param>
/// <param name="At">When, in seconds of virtual time.</param>
/// <param name="Seed">In which run.</param>
/// <param name="Replay">The command that runs it again.</param>
internal sealed record ViolationReport(string Checker, string Description, double At, ulong Seed, string Replay);
