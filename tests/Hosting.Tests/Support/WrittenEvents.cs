using System.Runtime.CompilerServices;

namespace Consensus.Hosting.Tests;

/// <summary>What is written of what happens to node 1 of three.</summary>
internal static class WrittenEvents
{
    /// <param name="happenings">What happens. Each is asked for when the one before has been written.</param>
    /// <param name="time">The clock of the log; one that stands still where nothing is said.</param>
    /// <returns>The lines.</returns>
    public static async Task<TestOutput> OfAsync(IEnumerable<ConsensusEvent> happenings, TimeProvider? time = null)
    {
        var output = new TestOutput();
        var replica = new FixedConsensus
        {
            Status = FixedConsensus.Leaderless with { Membership = new ClusterMembership([.. Enumerable.Range(1, 3).Select(id => new Member(new NodeId((uint)id), "a"))], []) },
            Events = Stream(),
        };

        await new EventLog(output, new NodeId(1), time ?? new MovableTime()).FollowAsync(replica);
        return output;

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
