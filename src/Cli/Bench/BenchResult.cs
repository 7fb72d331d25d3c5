using System.Text.Json.Serialization;
using Consensus.Cli.Output;

namespace Consensus.Cli.Bench;

/// <summary>What was measured, as scripts read it.</summary>
internal sealed record BenchResult
{
    private const double ResourceUnit = 10_000;

    /// <summary>The engine.</summary>
    public required string Algorithm { get; init; }

    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>What the clients did: <c>writes</c>, <c>linearizable_reads</c> (by a round of heartbeats), <c>lease_reads</c> or <c>stale_reads</c>.</summary>
    public required string Load { get; init; }

    /// <summary>How many clients, each with one operation under way.</summary>
    public required int Clients { get; init; }

    /// <summary>The length of the values in bytes.</summary>
    public required int ValueSize { get; init; }

    /// <summary>Whether acknowledged operations were on disk.</summary>
    public required bool Durable { get; init; }

    /// <summary>Whether each node had a process of its own.</summary>
    public required bool Processes { get; init; }

    /// <summary>Whether the nodes talked through TLS.</summary>
    public required bool Tls { get; init; }

    /// <summary>Which nodes clients asked: <c>leader</c> or <c>any</c>.</summary>
    public required string Through { get; init; }

    /// <summary>Whether each client had a session with a key, and signed each write.</summary>
    public required bool ClientKeys { get; init; }

    /// <summary>Whether HotStuff committed by two certified blocks instead of three.</summary>
    public required bool TwoChain { get; init; }

    /// <summary>How long clients had worked before anything was measured, in seconds.</summary>
    public required double WarmUpS { get; init; }

    /// <summary>How long was measured, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>How many operations were acknowledged meanwhile.</summary>
    public required long Operations { get; init; }

    /// <summary>How many operations were refused, or left with an unknown outcome.</summary>
    public required long Failed { get; init; }

    /// <summary>How many reads were answered with something else than what had been written, also before the measurement began. Must be 0.</summary>
    public required long Wrong { get; init; }

    /// <summary>Acknowledged operations per second.</summary>
    public required double ThroughputPerS { get; init; }

    /// <summary>How long acknowledged operations took.</summary>
    public required LatencySummary LatencyMs { get; init; }

    /// <summary>Processor seconds for 10,000 operations, of all nodes and clients together.</summary>
    [JsonPropertyName("cpu_s_per_10k_ops")]
    public required double CpuSPer10kOps { get; init; }

    /// <summary>Bytes allocated for one operation, by all nodes and clients together; nothing if nodes have processes of their own.</summary>
    public required double? AllocatedBytesPerOp { get; init; }

    /// <summary>How much memory was held in the course of time; nothing for measurements of less than half a minute.</summary>
    public required MemorySummary? Memory { get; init; }

    /// <summary>Sums up a measurement.</summary>
    public static BenchResult Of(BenchOptions options, LoadMeasurement measured) => new()
    {
        Algorithm = options.Algorithm,
        Nodes = options.Nodes,
        Load = NameOf(options),
        Clients = options.Clients,
        ValueSize = options.ValueSize,
        Durable = !options.InMemory,
        Processes = options.Processes,
        Tls = options.Tls,
        ClientKeys = options.ClientKeys,
        TwoChain = options.TwoChain,
        Through = options.AnyNode ? "any" : "leader",
        WarmUpS = options.WarmUp.TotalSeconds,
        Seconds = Math.Round(measured.Elapsed.TotalSeconds, 3),
        Operations = measured.Operations,
        Failed = measured.Failed,
        Wrong = measured.Wrong,
        ThroughputPerS = Math.Round(measured.Operations / measured.Elapsed.TotalSeconds, 1),
        LatencyMs = LatencySummary.Of(measured.Latencies),
        CpuSPer10kOps = Math.Round(measured.Processor.TotalSeconds / Math.Max(1, measured.Operations) * ResourceUnit, 4),
        AllocatedBytesPerOp = measured.AllocatedBytes is { } bytes ? Math.Round((double)bytes / Math.Max(1, measured.Operations), 1) : null,
        Memory = measured.Memory,
    };

    private static string NameOf(BenchOptions options) => options.Load switch
    {
        BenchLoad.Writes => "writes",
        BenchLoad.Reads => options.Lease ? "lease_reads" : "linearizable_reads",
        BenchLoad.StaleReads => "stale_reads",
    };
}
