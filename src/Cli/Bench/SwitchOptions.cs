namespace Consensus.Cli.Bench;

/// <summary>What a measurement of changes between engines was asked for.</summary>
internal sealed record SwitchOptions
{
    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>How many clients, each with one write under way.</summary>
    public required int Clients { get; init; }

    /// <summary>The length of the values that are written, in bytes.</summary>
    public required int ValueSize { get; init; }

    /// <summary>How long is measured, after the warm-up.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How long after one change the next one is ordered.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Whether the nodes talk through TLS.</summary>
    public required bool Tls { get; init; }

    /// <summary>How long clients work before anything is measured: each process compiles its hot path anew.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(6);
}
