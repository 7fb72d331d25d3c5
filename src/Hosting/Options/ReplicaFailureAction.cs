namespace Consensus.Hosting;

/// <summary>What a host does when its replica has failed for good.</summary>
public enum ReplicaFailureAction
{
    /// <summary>The host stops with the reason, so that whoever watches the process starts it again.</summary>
    StopHost,

    /// <summary>The host goes on; operations on the replica throw, and its liveness check is unhealthy.</summary>
    Continue,
}
