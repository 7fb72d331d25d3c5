using Consensus.Replication.Workflow;

namespace Consensus.Cli.Demo.Load;

/// <summary>
/// What the demo's cases look like. A case is created, moved, stamped, moved and stamped; each of these operations leaves its name in it.
/// </summary>
/// <remarks>
/// A case may also move to the state in which it is, so that a move that is applied twice is not caught by the graph: it must show.
/// </remarks>
internal static class CaseBlueprint
{
    /// <summary>How many operations follow the creation of a case.</summary>
    public const int Steps = 4;

    /// <summary>The property that holds the name of the operation that created the case.</summary>
    public const string CreatedBy = "created-by";

    /// <summary>The property that holds the names of the operations that stamped the case.</summary>
    public const string Stamps = "stamps";

    private const string MovedByPrefix = "moved-by-";

    private static readonly string[] States = ["Draft", "Review", "Approved"];

    /// <summary>The graph of every case.</summary>
    public static CaseGraph Graph { get; } = CreateGraph();

    /// <summary>Whether a step stamps the case, instead of moving it.</summary>
    public static bool IsStamp(int step) => step % 2 == 0;

    /// <summary>The state that a step moves a case to.</summary>
    public static string StateAfter(int step) => States[(step + 1) / 2];

    /// <summary>The property that holds the name of the operation that moved the case in a step.</summary>
    public static string MovedBy(int step) => $"{MovedByPrefix}{step}";

    /// <summary>Whether a property holds the name of an operation that moved the case.</summary>
    public static bool IsMovedBy(string property) => property.StartsWith(MovedByPrefix, StringComparison.Ordinal);

    private static CaseGraph CreateGraph()
    {
        var graph = CaseGraph.Start("application", States[0]);
        for (var i = 1; i < States.Length; i++)
        {
            graph = graph.Allow(States[i - 1], States[i]).Allow(States[i], States[i]);
        }

        return graph;
    }
}
