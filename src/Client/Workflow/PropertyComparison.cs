using System.Text.Json.Serialization;

namespace Consensus.Client;

/// <summary>How a property is compared with a policy's value.</summary>
public enum PropertyComparison
{
    /// <summary>It is the same.</summary>
    [JsonStringEnumMemberName("equal")]
    Equal,

    /// <summary>It is there and differs.</summary>
    [JsonStringEnumMemberName("not_equal")]
    NotEqual,

    /// <summary>It is smaller.</summary>
    [JsonStringEnumMemberName("less")]
    Less,

    /// <summary>It is smaller or the same.</summary>
    [JsonStringEnumMemberName("less_or_equal")]
    LessOrEqual,

    /// <summary>It is larger.</summary>
    [JsonStringEnumMemberName("greater")]
    Greater,

    /// <summary>It is larger or the same.</summary>
    [JsonStringEnumMemberName("greater_or_equal")]
    GreaterOrEqual,
}
