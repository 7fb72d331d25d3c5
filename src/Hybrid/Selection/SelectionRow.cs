namespace Consensus.Hybrid.Selection;

/// <summary>One line of the table of rules.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Engine">What is chosen; <see langword="null"/> if it refuses.</param>
/// <param name="Applies">Whether it is the one that applies. The conditions of different rows exclude each other.</param>
/// <param name="Because">Why, in words that follow the engine's name.</param>
internal sealed record SelectionRow(
    SelectionRule Rule,
    SelectableEngine? Engine,
    Func<SelectionRequirements, SelectionThresholds, bool> Applies,
    Func<SelectionRequirements, SelectionThresholds, string> Because);
