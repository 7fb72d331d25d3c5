namespace Consensus.Hosting;

/// <summary>The rule by which a replica lives, for health checks and HTTP probes alike. Whether it is ready: <see cref="ReplicaReadiness"/>.</summary>
public static class ReplicaHealth
{
    /// <summary>Why the process should be started again; <see langword="null"/> if it should not. Being without a leader is no reason: it would help nobody.</summary>
    public static string? WhyNotLive(ConsensusStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.Role == ReplicaRole.Stopped ? $"Node {status.Node} has stopped." : null;
    }
}
