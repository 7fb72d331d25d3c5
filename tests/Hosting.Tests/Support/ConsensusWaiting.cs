namespace Consensus.Hosting.Tests;

/// <summary>Waits for what a replica tells by events.</summary>
internal static class ConsensusWaiting
{
    /// <summary>Returns as soon as the status is as wanted; it is looked at after each event.</summary>
    public static async Task<ConsensusStatus> UntilAsync(this IConsensus consensus, Func<ConsensusStatus, bool> isWanted, CancellationToken cancellationToken)
    {
        // Subscribed before the first look, so that nothing happens unseen in between.
        var events = consensus.EventsAsync(cancellationToken);
        if (isWanted(consensus.Status))
        {
            return consensus.Status;
        }

        await foreach (var happening in events)
        {
            if (isWanted(consensus.Status))
            {
                return consensus.Status;
            }
        }

        throw new InvalidOperationException($"Node {consensus.Status.Node} stopped before it was as wanted: {consensus.Status}");
    }

    /// <summary>Returns the leader that the replica follows, as soon as there is one.</summary>
    public static async Task<NodeId> LeaderAsync(this IConsensus consensus, CancellationToken cancellationToken) =>
        (await consensus.UntilAsync(status => status.Leader != NodeId.None, cancellationToken)).Leader;
}
