namespace Consensus.Simulation;

/// <summary>Something that must not be.</summary>
/// <param name="Checker">Which property is violated.</param>
/// <param name="Description">What was seen.</param>
/// <param name="At">When, in virtual time since the beginning of the run.</param>
public sealed record Violation(string Checker, string Description, TimeSpan At)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Checker} at {At.TotalSeconds:0.000000} s: {Description}";
}
