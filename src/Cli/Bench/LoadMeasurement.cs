using Consensus.Engine;

namespace Consensus.Cli.Bench;

/// <summary>What was measured under load.</summary>
/// <param name="Latencies">How long acknowledged operations took.</param>
/// <param name="Operations">How many operations were acknowledged.</param>
/// <param name="Failed">How many were not.</param>
/// <param name="Wrong">How many reads were answered with something else than what had been written.</param>
/// <param name="Elapsed">How long was measured.</param>
/// <param name="Processor">The processor time used meanwhile, by clients and nodes.</param>
/// <param name="AllocatedBytes">The bytes allocated meanwhile, by clients and nodes; <see langword="null"/> if that cannot be seen.</param>
/// <param name="Memory">How much memory was held in the course of time; <see langword="null"/> if the measurement was short.</param>
internal sealed record LoadMeasurement(
    LatencyHistogram Latencies,
    long Operations,
    long Failed,
    long Wrong,
    TimeSpan Elapsed,
    TimeSpan Processor,
    long? AllocatedBytes,
    MemorySummary? Memory);
