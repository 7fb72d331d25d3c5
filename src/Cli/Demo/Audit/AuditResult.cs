namespace Consensus.Cli.Demo.Audit;

/// <summary>What the audit found.</summary>
/// <param name="Acknowledged">Operations whose clients were told that they took effect.</param>
/// <param name="Unknown">Operations whose clients were told nothing definite: allowed, as long as they took effect at most once.</param>
/// <param name="Refused">Operations whose clients were told that they had no effect.</param>
/// <param name="Lost">Acknowledged operations that are missing on at least one node.</param>
/// <param name="Duplicated">Operations that took effect more than once on at least one node.</param>
/// <param name="Phantom">Operations that took effect although they were refused, or that nobody sent.</param>
/// <param name="Examples">Some of them in words, at most <see cref="Auditor.ExamplesMax"/>.</param>
internal sealed record AuditResult(
    int Acknowledged, int Unknown, int Refused, int Lost, int Duplicated, int Phantom, IReadOnlyList<string> Examples)
{
    /// <summary>Whether every client was told the truth.</summary>
    public bool IsClean => Lost == 0 && Duplicated == 0 && Phantom == 0;
}
