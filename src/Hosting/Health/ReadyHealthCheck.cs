using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consensus.Hosting;

/// <summary>
/// Healthy if callers should be sent to this node: it follows a leader (or is it), accepts writes, and has applied what it knew to be
/// committed when it was checked last. What has been committed since does not count, or a busy node would never be ready.
/// </summary>
internal sealed class ReadyHealthCheck : IHealthCheck
{
    private readonly IConsensus _consensus;
    private ulong _knownCommit;

    public ReadyHealthCheck(IConsensus consensus) => _consensus = consensus;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = _consensus.Status;
        var known = Interlocked.Exchange(ref _knownCommit, status.CommitIndex.Value);
        var obstacle = Obstacle(status, known == 0 ? status.CommitIndex : new LogIndex(known));
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["role"] = status.Role.ToString(),
            ["leader"] = status.Leader.Value,
            ["commit"] = status.CommitIndex.Value,
            ["applied"] = status.AppliedIndex.Value,
        };
        return Task.FromResult(obstacle is null
            ? HealthCheckResult.Healthy($"Node {status.Node} follows node {status.Leader} and has applied {status.AppliedIndex}.", data)
            : new HealthCheckResult(context.Registration.FailureStatus, obstacle, data: data));
    }

    private static string? Obstacle(ConsensusStatus status, LogIndex known)
    {
        if (status.Role == ReplicaRole.Stopped)
        {
            return $"Node {status.Node} has stopped.";
        }

        if (status.Leader == NodeId.None)
        {
            return $"Node {status.Node} knows no leader.";
        }

        if (status.AppliedIndex < known)
        {
            return $"Node {status.Node} has applied {status.AppliedIndex} of {known} entries that it knows to be committed.";
        }

        return status.AcceptsWrites ? null : $"Node {status.Node} accepts no writes: its disk is full.";
    }
}
