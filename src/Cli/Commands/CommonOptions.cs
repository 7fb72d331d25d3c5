using System.CommandLine;

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

    /// <summary>The engine to use, among those that nodes run.</summary>
    public static Option<string> Algorithm() => Algorithm(Algorithms.Names);

    /// <summary>The engine to use.</summary>
    /// <param name="names">The engines to choose from.</param>
    public static Option<string> Algorithm(IReadOnlyList<string> names)
    {
        var option = new Option<string>("--algorithm", "-a")
        {
            Description = $"The engine: {string.Join(", ", names)}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => Algorithms.Raft,
        };
        option.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string>();
            if (!names.Contains(name, StringComparer.Ordinal))
            {
                result.AddError($"There is no algorithm '{name}'. Valid ones: {string.Join(", ", names)}.");
            }
        });
        return option;
    }

    /// <summary>A whole number within bounds.</summary>
    public static Option<int> Number(string name, string description, string helpName, int defaultValue, int min, int max) => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => NumberInput.Read(result, name, min, max),
    };

    /// <summary>The number of nodes of a cluster: one of a few, of which each engine has its own.</summary>
    /// <param name="algorithm">Which engine it is.</param>
    /// <param name="sizesOf">The numbers that an engine allows.</param>
    public static Option<int?> Nodes(Option<string> algorithm, Func<Algorithm, IReadOnlyList<int>> sizesOf) => new("--nodes", "-n")
    {
        Description = $"How many nodes: {string.Join("; ", Algorithms.All.Select(known => $"with {known.Name} {string.Join(", ", sizesOf(known))}, and {known.NodesDefault} unless it is said"))}.",
        HelpName = "N",
        CustomParser = result => NumberInput.ReadOneOf(result, "--nodes", sizesOf(Algorithms.Find(result.GetValue(algorithm)) ?? Algorithms.All[0])),
    };

    /// <summary>The number of nodes that is wanted.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="nodes">Where the number stands, if it is there.</param>
    /// <param name="algorithm">Which engine it is: each has a number of its own.</param>
    public static int NodesOf(ParseResult arguments, Option<int?> nodes, Option<string> algorithm) =>
        arguments.GetValue(nodes) ?? Algorithms.Of(arguments.GetRequiredValue(algorithm)).NodesDefault;
}
