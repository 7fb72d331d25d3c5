namespace Consensus.Cli.Bench;

/// <summary>What a measurement was asked for.</summary>
internal sealed record BenchOptions
{
    /// <summary>The engine.</summary>
    public required string Algorithm { get; init; }

    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>What the clients do.</summary>
    public required BenchLoad Load { get; init; }

    /// <summary>Whether the leader answers linearizable reads by its lease, which trusts clocks, instead of by a round of heartbeats.</summary>
    public required bool Lease { get; init; }

    /// <summary>Whether HotStuff commits by two certified blocks in consecutive views, instead of by three.</summary>
    public bool TwoChain { get; init; }

    /// <summary>How many clients, each with one operation under way at any time.</summary>
    public required int Clients { get; init; }

    /// <summary>The length of the values that are written, in bytes.</summary>
    public required int ValueSize { get; init; }

    /// <summary>How long is measured, after the warm-up.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Whether logs are kept in memory, where no flush costs anything.</summary>
    public required bool InMemory { get; init; }

    /// <summary>Whether each node has a process of its own.</summary>
    public required bool Processes { get; init; }

    /// <summary>Whether the nodes talk through TLS.</summary>
    public required bool Tls { get; init; }

    /// <summary>Whether clients ask all nodes in turn, instead of the leader.</summary>
    public required bool AnyNode { get; init; }

    /// <summary>Whether each client has a session with a key of its own, and signs each write.</summary>
    public bool ClientKeys { get; init; }

    /// <summary>
    /// How long clients work before anything is measured. Each process compiles its hot path anew, which takes it a second or two of
    /// processor time: several of them, with a web server each, were otherwise measured at little else. And the logs take memory until they are as long
    /// as they get between two snapshots, which a single client needs five seconds for.
    /// </summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// How often memory is looked at. Each look collects all garbage, for some hundredths of a second: measurements of a few seconds, which
    /// have no trend anyway, are left alone.
    /// </summary>
    public TimeSpan MemoryInterval { get; init; } = TimeSpan.FromSeconds(10);
}
