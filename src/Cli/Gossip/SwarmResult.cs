using System.Text.Json.Serialization;

namespace Consensus.Cli.Gossip;

/// <summary>How news spread in a simulated swarm, as scripts read it: means of all trials, where nothing else is said.</summary>
internal sealed record SwarmResult
{
    /// <summary>How many agents.</summary>
    public required int Agents { get; init; }

    /// <summary>How many others an agent called in a round.</summary>
    public required int Fanout { get; init; }

    /// <summary>Which way news went.</summary>
    public required string Mode { get; init; }

    /// <summary>Whether the swarm was divided into groups.</summary>
    public required bool Hierarchical { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many runs there were.</summary>
    public required int Trials { get; init; }

    /// <summary>The share of trials in which all were told that could be.</summary>
    public required double CompletedFraction { get; init; }

    /// <summary>After how many rounds 95 % knew, in the trials where so many did; nothing, if that was in none.</summary>
    [JsonPropertyName("rounds_95")]
    public required double? Rounds95 { get; init; }

    /// <summary>After how many rounds 99 % knew.</summary>
    [JsonPropertyName("rounds_99")]
    public required double? Rounds99 { get; init; }

    /// <summary>After how many rounds all knew.</summary>
    [JsonPropertyName("rounds_100")]
    public required double? Rounds100 { get; init; }

    /// <summary>In 99 of 100 trials all knew after no more rounds.</summary>
    [JsonPropertyName("rounds_100_p99")]
    public required double? Rounds100P99 { get; init; }

    /// <summary>How many messages carried the news.</summary>
    public required double Messages { get; init; }

    /// <summary>The same, for each agent.</summary>
    public required double MessagesPerAgent { get; init; }

    /// <summary>How many calls there were, with news or without.</summary>
    public required double Calls { get; init; }

    /// <summary>The same, for each agent.</summary>
    public required double CallsPerAgent { get; init; }

    /// <summary>How long a trial took.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>How much memory a trial allocated, for each agent.</summary>
    public required double BytesPerAgent { get; init; }

    /// <summary>With groups: how time and distance count, against the same swarm without.</summary>
    public required SwarmDistance? Distance { get; init; }
}
