namespace Consensus.Hybrid.Selection;

/// <summary>Which engine fits, and why: as data, and in words.</summary>
public sealed record EngineSelection
{
    /// <summary>What was asked for.</summary>
    public required SelectionRequirements Requirements { get; init; }

    /// <summary>The thresholds that counted.</summary>
    public required SelectionThresholds Thresholds { get; init; }

    /// <summary>The rule that applied.</summary>
    public required SelectionRule Rule { get; init; }

    /// <summary>The engine; <see langword="null"/> if none fits.</summary>
    public required SelectableEngine? Engine { get; init; }

    /// <summary>
    /// How many members may fail before the group stops or errs: stop, with Raft; do as they please, with PBFT and HotStuff. <see langword="null"/> where there is no such number: with Gossip, and
    /// where no engine fits.
    /// </summary>
    public required int? FaultsMax { get; init; }

    /// <summary>The rule in words, with all values and thresholds that counted, and what would change the choice. One paragraph.</summary>
    public required string Explanation { get; init; }

    /// <summary>What would change the choice, one requirement at a time.</summary>
    public required IReadOnlyList<SelectionAlternative> Alternatives { get; init; }
}
