using Consensus.Simulation;

namespace Consensus.Cli.Simulate;

/// <summary>The faults that a call asks for.</summary>
/// <param name="Kinds">All of them.</param>
/// <param name="Named">Those asked for by name: with <c>all</c>, what is impossible for a group is left out; what was named is refused.</param>
internal sealed record FaultChoice(FaultSet Kinds, IReadOnlyList<FaultKind> Named)
{
    /// <summary>Reads a list of faults.</summary>
    /// <param name="text">The list.</param>
    /// <param name="all">What <c>all</c> means.</param>
    /// <exception cref="FormatException">A name is unknown.</exception>
    public static FaultChoice Of(string text, FaultSet all)
    {
        var words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var kinds = FaultSet.Parse(text, all);
        return new FaultChoice(kinds, [.. kinds.Kinds.Where(kind => words.Contains(kind.Name, StringComparer.Ordinal))]);
    }
}
