using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consensus.Hosting;

/// <summary>
/// Judges whether callers should be sent to a node: it follows a leader (or is it), and has applied what it knew to be committed when it was
/// judged last. What has been committed since does not count, or a busy node would never be ready. Degraded while its disk is full, and
/// while commands wait and none is committed: reads go on, and writes are refused one by one with an error that says so.
/// </summary>
/// <remarks>For health checks and HTTP probes alike. One for each node, for it remembers what it saw; safe to use from several threads.</remarks>
public sealed class ReplicaReadiness
{
    /// <summary>Longer than an election takes: shorter stalls are part of life.</summary>
    private static readonly TimeSpan StallNoticed = TimeSpan.FromSeconds(3);

    private ulong _knownCommit;

    /// <summary>Judges a node.</summary>
    /// <param name="status">Its status now.</param>
    /// <returns>The judgement, and a sentence for people.</returns>
    public (HealthStatus Status, string Detail) Judge(ConsensusStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var commit = status.CommitIndex.Value;
        var before = Interlocked.Exchange(ref _knownCommit, commit);
        var known = before == 0 ? commit : before;
        return status switch
        {
            { Role: ReplicaRole.Stopped } => (HealthStatus.Unhealthy, $"Node {status.Node} has stopped."),
            { Leader.Value: 0, IsMember: false, Membership.Members: not [] } => (HealthStatus.Unhealthy, $"Node {status.Node} knows no leader, and is not among the members that it knows: it was removed, or not added yet."),
            { Leader.Value: 0 } => (HealthStatus.Unhealthy, $"Node {status.Node} knows no leader."),
            _ when status.AppliedIndex.Value < known => (HealthStatus.Unhealthy, $"Node {status.Node} has applied {status.AppliedIndex} of {known} entries that it knows to be committed."),
            _ when status.Stalled >= StallNoticed => (HealthStatus.Degraded, $"Node {status.Node} has seen nothing committed for {status.Stalled.TotalSeconds:0} s although commands wait."),
            { AcceptsWrites: false } => (HealthStatus.Degraded, $"Node {status.Node} accepts no writes: its disk is full. Reads go on."),
            _ => (HealthStatus.Healthy, $"Node {status.Node} follows node {status.Leader} and has applied {status.AppliedIndex}."),
        };
    }
}
