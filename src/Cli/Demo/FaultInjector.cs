using Consensus.Cli.Cluster;

namespace Consensus.Cli.Demo;

/// <summary>Carries out a <see cref="FaultPlan"/>.</summary>
internal sealed class FaultInjector(DemoBoard board, ElectionWatch watch)
{
    private static readonly TimeSpan LeaderTimeout = TimeSpan.FromSeconds(10);

    private LocalNode? _down;
    private int _followersKilled;

    /// <summary>How many nodes were killed while they led.</summary>
    public int LeaderKills { get; private set; }

    /// <summary>How many nodes were killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Does all steps in time. When it returns, all nodes run.</summary>
    public async Task RunAsync(IReadOnlyList<FaultStep> plan, CancellationToken cancellationToken)
    {
        var start = board.Elapsed;
        foreach (var step in plan)
        {
            var wait = start + step.At - board.Elapsed;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
            }

            await (step.Action switch
            {
                FaultAction.KillLeader => KillLeaderAsync(cancellationToken),
                FaultAction.KillFollower => KillFollowerAsync(cancellationToken),
                FaultAction.Restart => RestartAsync(cancellationToken),
            }).ConfigureAwait(false);
        }
    }

    private async Task KillLeaderAsync(CancellationToken cancellationToken)
    {
        var leader = await board.Cluster.WaitForLeaderAsync(LeaderTimeout, cancellationToken).ConfigureAwait(false);
        board.LeaderKilled(leader.Id);
        await KillAsync(leader).ConfigureAwait(false);
        LeaderKills++;
    }

    private async Task KillFollowerAsync(CancellationToken cancellationToken)
    {
        var leader = await board.Cluster.WaitForLeaderAsync(LeaderTimeout, cancellationToken).ConfigureAwait(false);
        var followers = board.Cluster.Nodes.Where(node => node != leader).ToArray();
        var follower = followers[_followersKilled++ % followers.Length];
        board.Tell(DemoEventKind.Fault, $"follower n{follower.Id} killed");
        await KillAsync(follower).ConfigureAwait(false);
    }

    private async Task KillAsync(LocalNode node)
    {
        await node.KillAsync().ConfigureAwait(false);
        _down = node;
        Kills++;
    }

    private async Task RestartAsync(CancellationToken cancellationToken)
    {
        var node = _down ?? throw new InvalidOperationException("No node is down.");
        await node.StartAsync(cancellationToken).ConfigureAwait(false);
        _down = null;
        watch.Follow(node);
        board.Tell(DemoEventKind.Recovery, $"n{node.Id} restarted from its folder, at entry {node.Status?.LastIndex}");
    }
}
