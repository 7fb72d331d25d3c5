using System.Text.Json.Serialization;
using Consensus.Cli.Output;

namespace Consensus.Cli.Demo;

/// <summary>What came out of a demo, as scripts read it.</summary>
internal sealed record DemoResult
{
    /// <summary>The engine.</summary>
    public required string Algorithm { get; init; }

    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>How long clients worked.</summary>
    public required double Seconds { get; init; }

    /// <summary>How many operations were acknowledged to clients: committed and applied.</summary>
    public required long Committed { get; init; }

    /// <summary>The last entry of the log, applied by all nodes.</summary>
    public required ulong LogIndex { get; init; }

    /// <summary>How many terms had a leader.</summary>
    public required int Elections { get; init; }

    /// <summary>How many times the engine was switched.</summary>
    public required int Switches { get; init; }

    /// <summary>How many nodes were killed.</summary>
    public required int Kills { get; init; }

    /// <summary>How many of them led at that moment.</summary>
    public required int LeaderKills { get; init; }

    /// <summary>How long each kill of a leader left the cluster without one.</summary>
    public required IReadOnlyList<double> FailoverMs { get; init; }

    /// <summary>Whether all nodes ended with the same state.</summary>
    public required bool StateHashesAgree { get; init; }

    /// <summary>The hash of that state; empty if they did not.</summary>
    public required string StateHash { get; init; }

    /// <summary>Acknowledged operations that are missing on some node.</summary>
    public required int Lost { get; init; }

    /// <summary>Operations that took effect more than once on some node.</summary>
    public required int Duplicated { get; init; }

    /// <summary>Operations that took effect although they were refused, or that nobody sent.</summary>
    public required int Phantom { get; init; }

    /// <summary>Operations whose clients never learnt what became of them.</summary>
    public required int Unknown { get; init; }

    /// <summary>Acknowledged operations per second. The load is paced: this is no measure of what the cluster can do.</summary>
    public required double ThroughputPerS { get; init; }

    /// <summary>How long acknowledged operations took, retries and kills included.</summary>
    public required LatencySummary LatencyMs { get; init; }

    /// <summary>What happened, in its order.</summary>
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    /// <summary>Everything that went wrong, in words.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Whether nothing was lost, nothing happened twice, all agree, and each kill was survived.</summary>
    [JsonIgnore]
    public bool IsClean => Lost == 0 && Duplicated == 0 && StateHashesAgree && Problems.Count == 0;
}
