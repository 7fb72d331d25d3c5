using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consensus.Hosting;

/// <summary>Healthy unless the replica has stopped: a stopped one comes back only with its process.</summary>
internal sealed class LiveHealthCheck : IHealthCheck
{
    private readonly IConsensus _consensus;

    public LiveHealthCheck(IConsensus consensus) => _consensus = consensus;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = _consensus.Status;
        var failure = (_consensus as HostedConsensus)?.Failure;
        return Task.FromResult(ReplicaHealth.WhyNotLive(status) is { } reason
            ? new HealthCheckResult(context.Registration.FailureStatus, $"{reason} {failure?.Message}".TrimEnd(), failure)
            : HealthCheckResult.Healthy($"Node {status.Node} is a {status.Role}."));
    }
}
