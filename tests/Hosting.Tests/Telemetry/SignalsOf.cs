using System.Runtime.CompilerServices;

namespace Consensus.Hosting.Tests.Telemetry;

/// <summary>The signals of node 1 of four, whose engines follow each other, by what a test says that happens to it.</summary>
internal static class SignalsOf
{
    public static readonly ClusterId Cluster = new(Guid.Parse("0d3f3a4e-53f7-4b57-8f5e-8d8c1d0a3b11"));

    /// <summary>What the node says of itself: it runs Raft, in its first epoch.</summary>
    public static ConsensusStatus Running { get; } = FixedConsensus.Leaderless with
    {
        Algorithm = "hybrid",
        RunningEpoch = new EpochStatus(Cluster, default, "raft"),
        Membership = new ClusterMembership([.. Enumerable.Range(1, 4).Select(id => new Member(new NodeId((uint)id), "a"))], []),
    };

    /// <param name="happenings">What happens. Each is asked for when the one before was told.</param>
    /// <param name="signals">Listens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="status">What the node says of itself at the end.</param>
    public static async Task TellAsync(IEnumerable<ConsensusEvent> happenings, CollectedSignals signals, TimeProvider time, ConsensusStatus? status = null)
    {
        var replica = new FixedConsensus { Status = Running, Events = Stream() };
        using var source = new SignalSource(null, Cluster, new NodeId(1));
        await new ReplicaSignals(source, replica, time).FollowAsync();
        replica.Status = status ?? Running;
        signals.Observe();

        async IAsyncEnumerable<ConsensusEvent> Stream([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            foreach (var happening in happenings)
            {
                yield return happening;
            }
        }
    }
}
