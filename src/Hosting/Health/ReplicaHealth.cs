namespace Consensus.Hosting;

/// <summary>The rules by which a replica lives and is ready, for health checks and HTTP probes alike.</summary>
public static class ReplicaHealth
{
    /// <summary>Why the process should be started again; <see langword="null"/> if it should not. Being without a leader is no reason: it would help nobody.</summary>
    public static string? WhyNotLive(ConsensusStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.Role == ReplicaRole.Stopped ? $"Node {status.Node} has stopped." : null;
    }

    /// <summary>
    /// Why no callers should be sent here; <see langword="null"/> if they may. A full disk is no reason: reads go on, and writes are refused
    /// one by one with an error that says so.
    /// </summary>
    /// <param name="status">The status now.</param>
    /// <param name="known">An entry that was known to be committed some time ago, and must have been applied since.</param>
    public static string? WhyNotReady(ConsensusStatus status, LogIndex known = default)
    {
        if (WhyNotLive(status) is { } reason)
        {
            return reason;
        }

        if (status.Leader == NodeId.None)
        {
            return $"Node {status.Node} knows no leader.";
        }

        return status.AppliedIndex < known
            ? $"Node {status.Node} has applied {status.AppliedIndex} of {known} entries that it knows to be committed."
            : null;
    }
}
