using System.Text.Json.Serialization;

namespace Consensus.Cli.Demo.Swarm;

/// <summary>What came out of a demo of a swarm, as scripts read it.</summary>
internal sealed record SwarmDemoResult
{
    /// <summary>The engine.</summary>
    public required string Algorithm { get; init; }

    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>How many of them were cut off from the others.</summary>
    public required int Minority { get; init; }

    /// <summary>How long they worked.</summary>
    public required double Seconds { get; init; }

    /// <summary>How many values were written, each under a key of its own.</summary>
    public required int Written { get; init; }

    /// <summary>How many of these in the smaller part, before it knew.</summary>
    public required int WrittenInMinority { get; init; }

    /// <summary>How many writes the smaller part refused.</summary>
    public required int Refused { get; init; }

    /// <summary>How many rumours were told while the swarm was whole.</summary>
    public required int Broadcasts { get; init; }

    /// <summary>From the cut until each node of the smaller part changed nothing any more.</summary>
    public required double ReadOnlyMs { get; init; }

    /// <summary>From the end of the cut until all nodes saw all others again, and had the same state.</summary>
    public required double MergedMs { get; init; }

    /// <summary>Whether all nodes ended with the same state.</summary>
    public required bool StateHashesAgree { get; init; }

    /// <summary>The hash of that state; empty if they did not.</summary>
    public required string StateHash { get; init; }

    /// <summary>Values that were written and are missing on some node, and rumours that some node was not told.</summary>
    public required int Lost { get; init; }

    /// <summary>Rumours that some node was told more than once.</summary>
    public required int Duplicated { get; init; }

    /// <summary>What happened, in its order.</summary>
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    /// <summary>Everything that went wrong, in words.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Whether nothing was lost, nothing was told twice, and all agree.</summary>
    [JsonIgnore]
    public bool IsClean => Lost == 0 && Duplicated == 0 && StateHashesAgree && Problems.Count == 0;
}
