namespace Consensus.AspNetCore.Metrics;

/// <summary>From a proposal to its result, in milliseconds.</summary>
/// <param name="Mean">The average.</param>
/// <param name="P50">What half of them do not exceed.</param>
/// <param name="P99">What 99 % of them do not exceed.</param>
internal sealed record LatencyDocument(double Mean, double P50, double P99);
