namespace Consensus.Client.Json;

/// <summary>How the members of enumerations are called in the API: in lower case with underscores.</summary>
internal static class WireNames
{
    /// <summary>The member with a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="unknown">What a name stands for that a newer node knows, and this client does not.</param>
    public static TEnum Parse<TEnum>(string? name, TEnum unknown)
        where TEnum : struct, Enum =>
        name is [(>= 'a' and <= 'z'), ..] && Enum.TryParse<TEnum>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value) ? value : unknown;
}
