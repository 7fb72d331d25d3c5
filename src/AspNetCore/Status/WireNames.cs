using System.Text.Json;

namespace Consensus.AspNetCore.Status;

/// <summary>How the members of enumerations are called in the API: in lower case with underscores, as all its names are.</summary>
internal static class WireNames
{
    /// <summary>The name of one member.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The names of the flags that are set.</summary>
    public static IReadOnlyList<string> OfFlags(ConsensusGuarantees guarantees) =>
        [.. Enum.GetValues<ConsensusGuarantees>().Where(flag => flag != ConsensusGuarantees.None && guarantees.HasFlag(flag)).Select(Of)];
}
