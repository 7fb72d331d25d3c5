using Consensus.Cli.Cluster;

namespace Consensus.Cli.Demo;

/// <summary>Follows the events of the nodes, and tells the board who is elected and who stops unasked.</summary>
internal sealed class ElectionWatch(DemoBoard board)
{
    private readonly List<Task> _watches = [];

    /// <summary>Follows a node until it stops. To be called after each start.</summary>
    public void Follow(LocalNode node)
    {
        var consensus = node.Consensus ?? throw new InvalidOperationException($"Node {node.Id} is not running.");
        _watches.Add(FollowAsync(node, consensus));
    }

    /// <summary>Waits until all nodes that were followed have stopped.</summary>
    public Task FinishAsync() => Task.WhenAll(_watches);

    private async Task FollowAsync(LocalNode node, IConsensus consensus)
    {
        var events = consensus.EventsAsync().GetAsyncEnumerator();
        await using (events.ConfigureAwait(false))
        {
            // The first call of MoveNextAsync subscribes: a node that leads already by then would not be noticed.
            var next = events.MoveNextAsync();
            if (consensus.Status is { Role: ReplicaRole.Leader } status)
            {
                board.LeaderElected(node.Id, status.TermOrView);
            }

            while (await next.ConfigureAwait(false))
            {
                switch (events.Current)
                {
                    case RoleChanged { Role: ReplicaRole.Leader } change:
                        board.LeaderElected(node.Id, change.TermOrView);
                        break;
                    case SnapshotInstalled installed:
                        board.Tell(DemoEventKind.Plain, $"n{node.Id} caught up by n{installed.From}'s snapshot of entry {installed.Index}");
                        break;
                    case ReplicaStopped stopped when ReferenceEquals(node.Consensus, consensus):
                        board.Tell(DemoEventKind.Failure, $"n{node.Id} stopped by itself: {stopped.Detail}");
                        break;
                }

                next = events.MoveNextAsync();
            }
        }
    }
}
