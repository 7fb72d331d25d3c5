using Consensus.Configuration;
using Consensus.Hybrid.Selection;

namespace Consensus.Hosting.Validation;

/// <summary>What makes the choice of an engine possible, and one that this process can run.</summary>
internal static class SelectionRules
{
    public static void Check(ConsensusOptions options, EngineCatalogue engines, SettingProblems problems)
    {
        if (!options.IsAuto)
        {
            CheckNamed(options, engines, problems);
        }
        else if (options.Selection.SelectFor(options.Voters) is { } selection)
        {
            CheckChosen(options, selection, engines, problems);
        }
    }

    private static void CheckNamed(ConsensusOptions options, EngineCatalogue engines, SettingProblems problems)
    {
        if (!engines.Knows(options.Algorithm))
        {
            problems.Add(
                $"{options.Path}:{nameof(options.Algorithm)}",
                options.Algorithm,
                $"a registered engine, which are: {string.Join(", ", engines.Names)}; or {ConsensusOptions.Auto}, and the one that fits is chosen");
        }
        else if (options.Selection.Byzantine && !engines.ToleratesByzantineFaults(options.Algorithm))
        {
            problems.Add(
                $"{options.Path}:{nameof(options.Selection)}:{nameof(options.Selection.Byzantine)}",
                true,
                $"false, for the algorithm \"{options.Algorithm}\" tolerates no members that lie; or the algorithm \"{ConsensusOptions.Auto}\", or one that does");
        }
    }

    private static void CheckChosen(ConsensusOptions options, EngineSelection selection, EngineCatalogue engines, SettingProblems problems)
    {
        var settings = $"{options.Path}:{nameof(options.Selection)}";
        switch (selection)
        {
            // Said already, where members are counted and durations have their bounds.
            case { Rule: SelectionRule.NoMembers or SelectionRule.NoTime }:
                return;
            case { Engine: null }:
                problems.Add(
                    $"{settings}:{nameof(options.Selection.Byzantine)}",
                    true,
                    $"false, or more {options.Path}:{nameof(options.Members)} with the role {ConfiguredRole.Voter}. {selection.Explanation[..^1]}");
                return;
            case { Engine: { } engine } when !engines.Knows(engine.Name()):
                problems.Add(
                    $"{options.Path}:{nameof(options.Algorithm)}",
                    options.Algorithm,
                    $"with this {nameof(options.Selection)} nothing, for it chooses an engine that is not in this program, which has {string.Join(", ", engines.Names)}. {selection.Explanation[..^1]}");
                return;
        }
    }
}
