using System.CommandLine;
using System.CommandLine.Parsing;

namespace Consensus.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    /// <summary>Asks for one JSON object on standard output.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object on standard output and nothing else there; progress goes to standard error.",
        Recursive = true,
    };

    /// <summary>The engine to use.</summary>
    public static Option<string> Algorithm()
    {
        var option = new Option<string>("--algorithm", "-a")
        {
            Description = $"The engine: {string.Join(", ", Algorithms.Names)}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => Algorithms.Raft,
        };
        option.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string>();
            if (!Algorithms.Names.Contains(name, StringComparer.Ordinal))
            {
                result.AddError($"There is no algorithm '{name}'. Valid ones: {string.Join(", ", Algorithms.Names)}.");
            }
        });
        return option;
    }

    /// <summary>A whole number within bounds.</summary>
    public static Option<int> Number(string name, string description, string helpName, int defaultValue, int min, int max)
    {
        var option = new Option<int>(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => defaultValue };
        option.Validators.Add(result => RequireRange(result, name, min, max));
        return option;
    }

    /// <summary>The number of nodes of a cluster: one of a few odd numbers.</summary>
    public static Option<int> Nodes(params int[] allowed)
    {
        var option = new Option<int>("--nodes", "-n")
        {
            Description = $"How many nodes: {string.Join(", ", allowed)}.",
            HelpName = "N",
            DefaultValueFactory = _ => 3,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && !allowed.Contains(value))
            {
                result.AddError($"--nodes is {value}; allowed: {string.Join(", ", allowed)}.");
            }
        });
        return option;
    }

    private static void RequireRange(OptionResult result, string name, int min, int max)
    {
        // A value that is no number at all has been complained about already.
        if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && (value < min || value > max))
        {
            result.AddError($"{name} is {value}; allowed: {min:N0} to {max:N0}.");
        }
    }
}
