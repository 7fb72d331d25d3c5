using System.Text.Json;

namespace Consensus.Cli.Commands.Client;

/// <summary>A JSON value in a table for people.</summary>
internal static class Cell
{
    /// <summary>Its text.</summary>
    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "none",
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Of)),
        _ => value.ToString(),
    };
}
