using Consensus.Cli.Output;

namespace Consensus.Cli.Bench;

/// <summary>What was measured while engines changed, as scripts read it.</summary>
internal sealed record SwitchResult
{
    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>How many clients.</summary>
    public required int Clients { get; init; }

    /// <summary>The length of the values in bytes.</summary>
    public required int ValueSize { get; init; }

    /// <summary>Whether the nodes talked through TLS.</summary>
    public required bool Tls { get; init; }

    /// <summary>How long was measured, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>How long after one change the next one was ordered, in seconds.</summary>
    public required double SwitchEveryS { get; init; }

    /// <summary>How often the engine changed meanwhile.</summary>
    public required int Switches { get; init; }

    /// <summary>The pauses of changes that an operator ordered.</summary>
    public required PauseSummary Orderly { get; init; }

    /// <summary>The pauses of changes because a member lied.</summary>
    public required PauseSummary Forced { get; init; }

    /// <summary>How long an engine for Byzantine faults waits for a leader at first, in milliseconds: what a forced change may take besides ten commits.</summary>
    public required double ViewTimeoutMs { get; init; }

    /// <summary>How many writes were acknowledged, also before and after the measurement.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>How many writes were refused, or left with an unknown outcome, in spite of the client's attempts.</summary>
    public required long Failed { get; init; }

    /// <summary>Acknowledged writes per second of the measurement, changes included.</summary>
    public required double ThroughputPerS { get; init; }

    /// <summary>How long acknowledged writes took, also those that waited for a change.</summary>
    public required LatencySummary LatencyMs { get; init; }

    /// <summary>How many acknowledged writes were not found at the end, or with another value. Must be 0.</summary>
    public required long Lost { get; init; }

    /// <summary>How many acknowledged writes had taken effect once more, at another place of the log. Must be 0.</summary>
    public required long Duplicated { get; init; }
}
