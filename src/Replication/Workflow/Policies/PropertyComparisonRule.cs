namespace Consensus.Replication.Workflow;

/// <summary>The meaning of each <see cref="PropertyComparison"/>.</summary>
internal static class PropertyComparisonRule
{
    public static bool IsDefined(PropertyComparison comparison) =>
        comparison is >= PropertyComparison.Equal and <= PropertyComparison.GreaterOrEqual;

    /// <summary>Whether the comparison holds, given the sign of (property − value).</summary>
    public static bool Holds(this PropertyComparison comparison, int order) => comparison switch
    {
        PropertyComparison.Equal => order == 0,
        PropertyComparison.NotEqual => order != 0,
        PropertyComparison.Less => order < 0,
        PropertyComparison.LessOrEqual => order <= 0,
        PropertyComparison.Greater => order > 0,
        PropertyComparison.GreaterOrEqual => order >= 0,
    };

    public static string Sign(this PropertyComparison comparison) => comparison switch
    {
        PropertyComparison.Equal => "=",
        PropertyComparison.NotEqual => "≠",
        PropertyComparison.Less => "<",
        PropertyComparison.LessOrEqual => "≤",
        PropertyComparison.Greater => ">",
        PropertyComparison.GreaterOrEqual => "≥",
    };
}
