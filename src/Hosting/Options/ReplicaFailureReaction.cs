namespace Consensus.Hosting;

/// <summary>What a host does when its replica has failed for good.</summary>
public enum ReplicaFailureReaction
{
    /// <summary>The host stops with the reason and exit code 1, so that whoever watches the process starts it again.</summary>
    StopHost,

    /// <summary>The host goes on, for diagnosis: operations on the replica throw, and its health checks are unhealthy.</summary>
    KeepRunning,
}
