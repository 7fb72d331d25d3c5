using Consensus.AspNetCore.Status;
using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>The names of comparisons in the API.</summary>
internal static class ComparisonName
{
    /// <summary>All of them, for people.</summary>
    public static string Known { get; } = string.Join(", ", Enum.GetValues<PropertyComparison>().Select(Of));

    /// <summary>The name of one.</summary>
    public static string Of(PropertyComparison comparison) => WireNames.Of(comparison);

    /// <summary>Finds a comparison by its name.</summary>
    public static bool TryParse(string name, out PropertyComparison comparison)
    {
        comparison = default;
        foreach (var candidate in Enum.GetValues<PropertyComparison>())
        {
            if (string.Equals(Of(candidate), name, StringComparison.Ordinal))
            {
                comparison = candidate;
                return true;
            }
        }

        return false;
    }
}
