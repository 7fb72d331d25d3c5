using System.Diagnostics;
using Consensus.Cryptography;

namespace Consensus.Hybrid.Selection;

/// <summary>
/// Chooses the engine that fits. Pure: the same requirements and thresholds give the same answer everywhere and always, so members that are configured alike run the same engine without
/// asking each other.
/// </summary>
public static class EngineSelector
{
    /// <summary>Chooses.</summary>
    /// <param name="requirements">What is needed. What no deployment can need is refused in the answer.</param>
    /// <param name="thresholds">Where one engine ends and the next begins.</param>
    /// <exception cref="ArgumentException">A threshold is out of its range.</exception>
    public static EngineSelection Select(SelectionRequirements requirements, SelectionThresholds thresholds)
    {
        ArgumentNullException.ThrowIfNull(requirements);
        ArgumentNullException.ThrowIfNull(thresholds);
        if (thresholds.Validate() is [var problem, ..])
        {
            throw new ArgumentException(problem, nameof(thresholds));
        }

        var row = RowFor(requirements, thresholds);
        var isPossible = row.Rule is not (SelectionRule.NoMembers or SelectionRule.NoTime);
        var alternatives = isPossible ? SelectionAlternatives.Of(requirements, thresholds, row.Engine) : [];
        var faultsMax = FaultsMax(row.Engine, requirements.SwarmSize);
        return new EngineSelection
        {
            Requirements = requirements,
            Thresholds = thresholds,
            Rule = row.Rule,
            Engine = row.Engine,
            FaultsMax = faultsMax,
            Explanation = string.Join(' ', Sentences(row, requirements, thresholds, faultsMax, alternatives)),
            Alternatives = alternatives,
        };
    }

    /// <summary>The one rule that applies.</summary>
    internal static SelectionRow RowFor(SelectionRequirements requirements, SelectionThresholds thresholds) =>
        SelectionTable.Rows.Single(row => row.Applies(requirements, thresholds));

    private static IEnumerable<string> Sentences(
        SelectionRow row, SelectionRequirements requirements, SelectionThresholds thresholds, int? faultsMax, IReadOnlyList<SelectionAlternative> alternatives)
    {
        yield return $"{row.Engine?.Name() ?? "No engine"}: {row.Because(requirements, thresholds)}.";
        if (row.Engine is { } engine && faultsMax is { } faults)
        {
            yield return $"Of {SelectionTable.Number(requirements.SwarmSize)}, {SelectionTable.Number(faults)} may {(engine == SelectableEngine.Raft ? "stop" : "do as they please")}.";
        }

        if (alternatives.Count > 0)
        {
            yield return $"It would be {string.Join("; ", alternatives.Select(other => $"{other.Engine.Name()} {other.Change}"))}.";
        }
    }

    private static int? FaultsMax(SelectableEngine? engine, int members) => engine switch
    {
        null or SelectableEngine.Gossip => null,
        SelectableEngine.Raft => (members - 1) / 2,
        SelectableEngine.Pbft or SelectableEngine.HotStuff => ByzantineQuorum.FaultsMax(members),
        _ => throw new UnreachableException($"There is no engine {engine}."),
    };
}
