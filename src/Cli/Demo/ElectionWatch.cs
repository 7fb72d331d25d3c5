using Consensus.Cli.Cluster;

namespace Consensus.Cli.Demo;

/// <summary>Follows the events of the nodes, and tells the board who is elected, which engine runs, who is suspected, and who stops unasked.</summary>
internal sealed class ElectionWatch(DemoBoard board)
{
    private readonly List<Task> _watches = [];

    /// <summary>Of what all nodes tell, one tells enough.</summary>
    private readonly NodeId _witness = board.Cluster.Nodes[0].Id;

    /// <summary>Follows a node until it stops. To be called after each start.</summary>
    public void Follow(LocalNode node)
    {
        var consensus = node.Consensus ?? throw new InvalidOperationException($"Node {node.Id} is not running.");
        _watches.Add(FollowAsync(node, consensus));
    }

    /// <summary>Waits until all nodes that were followed have stopped.</summary>
    public Task FinishAsync() => Task.WhenAll(_watches);

    private static string Over(ThreatLevelChanged changed) =>
        changed.Accused == NodeId.None ? "" : $", over n{changed.Accused}: {(changed.IsAgreed ? "what f + 1 nodes report, or is proven" : "what one node alone has seen")}";

    private async Task FollowAsync(LocalNode node, IConsensus consensus)
    {
        var events = consensus.EventsAsync().GetAsyncEnumerator();
        await using (events.ConfigureAwait(false))
        {
            // The first call of MoveNextAsync subscribes: a node that leads already by then would not be noticed.
            var next = events.MoveNextAsync();
            var epoch = consensus.Status.Epoch;
            var level = ThreatLevel.None;
            if (consensus.Status is { Role: ReplicaRole.Leader } status)
            {
                board.LeaderElected(node.Id, status.Epoch, status.TermOrView);
            }

            while (await next.ConfigureAwait(false))
            {
                switch (events.Current)
                {
                    case RoleChanged { Role: ReplicaRole.Leader } change:
                        board.LeaderElected(node.Id, epoch, change.TermOrView);
                        break;
                    case EpochBegun begun:
                        epoch = begun.Epoch;
                        board.EpochBegun(node.Id, begun);
                        break;
                    case EpochEnded ended when node.Id == _witness:
                        board.Tell(DemoEventKind.Plain, $"epoch {ended.Epoch} ends: {ended.Reason}");
                        break;
                    case EquivocationDetected found when node.Id == _witness:
                        board.Tell(DemoEventKind.Plain, $"n{node.Id} has proof that n{found.Culprit} equivocates: {found.About}");
                        break;
                    case ThreatLevelChanged changed when node.Id == _witness:
                        board.Tell(DemoEventKind.Plain, $"threat {level} -> {changed.Level}{Over(changed)}");
                        level = changed.Level;
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
