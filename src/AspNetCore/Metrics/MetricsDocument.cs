using Consensus.AspNetCore.Status;

namespace Consensus.AspNetCore.Metrics;

/// <summary>What a node has counted since it started, and how fast it was lately.</summary>
/// <param name="Node">The node's number.</param>
/// <param name="UptimeSeconds">For how long it has been counting.</param>
/// <param name="Proposals">What became of the proposals of its callers.</param>
/// <param name="WindowSeconds">Of how much of the latest time the latencies and the throughput speak.</param>
/// <param name="LatencyMs">How long committed proposals took.</param>
/// <param name="ThroughputPerS">Entries applied per second, whoever proposed them.</param>
/// <param name="Elections">How many terms have had a leader that the node has seen.</param>
/// <param name="Candidacies">How often it stood for election itself.</param>
/// <param name="ViewChanges">How many views a primary was replaced in.</param>
/// <param name="ByzantineFailures">How much Byzantine behaviour was seen.</param>
/// <param name="EpochsBegun">How often it has gone on in another epoch.</param>
/// <param name="SnapshotsTaken">Snapshots of its own.</param>
/// <param name="SnapshotsInstalled">Snapshots of other members by which it has replaced its state.</param>
/// <param name="StateDivergences">How often it has reported that a state is not that of the majority.</param>
/// <param name="MessagesRejected">Messages of authenticated peers that were not acceptable.</param>
/// <param name="MessagesDropped">Messages of members that flooded it.</param>
internal sealed record MetricsDocument(
    uint Node,
    double UptimeSeconds,
    ProposalsDocument Proposals,
    double WindowSeconds,
    LatencyDocument LatencyMs,
    double ThroughputPerS,
    long Elections,
    long Candidacies,
    long ViewChanges,
    long ByzantineFailures,
    long EpochsBegun,
    long SnapshotsTaken,
    long SnapshotsInstalled,
    long StateDivergences,
    long MessagesRejected,
    long MessagesDropped)
{
    /// <summary>The document for a snapshot.</summary>
    public static MetricsDocument Of(ConsensusMetrics metrics) => new(
        metrics.Node.Value,
        metrics.Uptime.TotalSeconds,
        new ProposalsDocument(
            metrics.ProposalsSubmitted,
            metrics.ProposalsCommitted,
            metrics.ProposalsRejected,
            metrics.ProposalsRefused,
            metrics.Refusals.ToDictionary(refusal => WireNames.Of(refusal.Key), refusal => refusal.Value, StringComparer.Ordinal),
            metrics.ProposalsUnknown,
            metrics.ProposalsAbandoned,
            metrics.ProposalsWaiting),
        metrics.Window.TotalSeconds,
        new LatencyDocument(metrics.LatencyMean.TotalMilliseconds, metrics.LatencyP50.TotalMilliseconds, metrics.LatencyP99.TotalMilliseconds),
        metrics.Throughput,
        metrics.Elections,
        metrics.Candidacies,
        metrics.ViewChanges,
        metrics.ByzantineFailures,
        metrics.EpochsBegun,
        metrics.SnapshotsTaken,
        metrics.SnapshotsInstalled,
        metrics.StateDivergences,
        metrics.MessagesRejected,
        metrics.MessagesDropped);
}
