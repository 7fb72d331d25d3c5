using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consensus.Hosting;

/// <summary>
/// Healthy if callers should be sent to this node: it follows a leader (or is it), and has applied what it knew to be committed when it was
/// checked last. What has been committed since does not count, or a busy node would never be ready. Degraded while its disk is full, and
/// while commands wait and none is committed.
/// </summary>
internal sealed class ReadyHealthCheck : IHealthCheck
{
    /// <summary>Longer than an election takes: shorter stalls are part of life.</summary>
    private static readonly TimeSpan StallNoticed = TimeSpan.FromSeconds(3);

    private readonly IConsensus _consensus;
    private ulong _knownCommit;

    public ReadyHealthCheck(IConsensus consensus) => _consensus = consensus;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = _consensus.Status;
        var known = Interlocked.Exchange(ref _knownCommit, status.CommitIndex.Value);
        var obstacle = ReplicaHealth.WhyNotReady(status, known == 0 ? status.CommitIndex : new LogIndex(known));
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["role"] = status.Role.ToString(),
            ["leader"] = status.Leader.Value,
            ["commit"] = status.CommitIndex.Value,
            ["applied"] = status.AppliedIndex.Value,
        };
        var result = obstacle switch
        {
            not null => new HealthCheckResult(context.Registration.FailureStatus, obstacle, data: data),
            null when status.Stalled >= StallNoticed => HealthCheckResult.Degraded(
                $"Node {status.Node} has seen nothing committed for {status.Stalled.TotalSeconds:0} s although commands wait.", data: data),
            null when !status.AcceptsWrites => HealthCheckResult.Degraded($"Node {status.Node} accepts no writes: its disk is full. Reads go on.", data: data),
            null => HealthCheckResult.Healthy($"Node {status.Node} follows node {status.Leader} and has applied {status.AppliedIndex}.", data),
        };
        return Task.FromResult(result);
    }
}
