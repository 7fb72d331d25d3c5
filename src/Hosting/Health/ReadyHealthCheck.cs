using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consensus.Hosting;

/// <summary>Healthy if callers should be sent to this node, as <see cref="ReplicaReadiness"/> judges.</summary>
internal sealed class ReadyHealthCheck : IHealthCheck
{
    private readonly IConsensus _consensus;
    private readonly ReplicaReadiness _readiness = new();

    public ReadyHealthCheck(IConsensus consensus) => _consensus = consensus;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = _consensus.Status;
        var (health, detail) = _readiness.Judge(status);
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["role"] = status.Role.ToString(),
            ["leader"] = status.Leader.Value,
            ["commit"] = status.CommitIndex.Value,
            ["applied"] = status.AppliedIndex.Value,
        };
        return Task.FromResult(new HealthCheckResult(health == HealthStatus.Unhealthy ? context.Registration.FailureStatus : health, detail, data: data));
    }
}
