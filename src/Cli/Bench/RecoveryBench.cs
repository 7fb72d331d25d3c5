using Consensus.Client;

namespace Consensus.Cli.Bench;

/// <summary>
/// Kills the leader's process under a client that writes, again and again: how long until the next write is acknowledged, and whether any
/// acknowledged one is lost.
/// </summary>
/// <param name="options">What is asked for.</param>
/// <param name="progress">Told what goes on.</param>
internal sealed class RecoveryBench(RecoveryOptions options, Action<string> progress)
{
    /// <summary>How many writes must be acknowledged before each kill, so that each leader is in full swing, its code compiled.</summary>
    private const int WritesBefore = 500;

    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Starts the cluster and the client, kills and restarts, and reads back.</summary>
    /// <exception cref="CommandFailedException">The cluster does not come back.</exception>
    public async Task<RecoveryResult> RunAsync(CancellationToken cancellationToken)
    {
        var cluster = new ProcessCluster(options.Algorithm, options.Nodes, options.Tls);
        await using var clusterOwnership = cluster.ConfigureAwait(false);
        await cluster.StartAsync(cancellationToken).ConfigureAwait(false);
        await cluster.WaitForLeaderAsync(StepTimeout, cancellationToken).ConfigureAwait(false);

        var clientOptions = new ConsensusClientOptions();
        foreach (var endpoint in cluster.Endpoints)
        {
            clientOptions.Endpoints.Add(endpoint);
        }

        var client = new ConsensusClient(clientOptions);
        await using var clientOwnership = client.ConfigureAwait(false);
        var writer = new RecoveryWriter(client.KeyValue);
        var rounds = new List<(TimeSpan Recovery, TimeSpan CatchUp)>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = writer.RunAsync(stop.Token);
        try
        {
            for (var round = 1; round <= options.Rounds; round++)
            {
                rounds.Add(await RunRoundAsync(cluster, writer, round, cancellationToken).ConfigureAwait(false));
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }

        progress($"Reading back {writer.Acknowledged:N0} writes.");
        return new RecoveryResult
        {
            Algorithm = options.Algorithm,
            Nodes = options.Nodes,
            Tls = options.Tls,
            Rounds = options.Rounds,
            RecoveryMs = Spread.OfMilliseconds(rounds.Select(round => round.Recovery)),
            RecoveriesMs = [.. rounds.Select(round => Math.Round(round.Recovery.TotalMilliseconds, 1))],
            CatchUpMs = Spread.OfMilliseconds(rounds.Select(round => round.CatchUp)),
            Acknowledged = writer.Acknowledged,
            Failed = writer.Failed,
            Lost = await writer.CountLostAsync(cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<(TimeSpan Recovery, TimeSpan CatchUp)> RunRoundAsync(
        ProcessCluster cluster, RecoveryWriter writer, int round, CancellationToken cancellationToken)
    {
        await AcknowledgedAsync(writer, TimeProvider.System.GetTimestamp(), WritesBefore, cancellationToken).ConfigureAwait(false);
        var leader = await cluster.WaitForLeaderAsync(StepTimeout, cancellationToken).ConfigureAwait(false);

        var killed = TimeProvider.System.GetTimestamp();
        await leader.Process.KillAsync().ConfigureAwait(false);
        var gone = TimeProvider.System.GetTimestamp();
        var recovery = TimeProvider.System.GetElapsedTime(killed, await AcknowledgedAsync(writer, gone, 1, cancellationToken).ConfigureAwait(false));

        var restarted = TimeProvider.System.GetTimestamp();
        await leader.Process.StartAsync(cancellationToken).ConfigureAwait(false);
        await cluster.WaitUntilCaughtUpAsync(leader, StepTimeout, cancellationToken).ConfigureAwait(false);
        var catchUp = TimeProvider.System.GetElapsedTime(restarted);
        progress($"Round {round} of {options.Rounds}: node {leader.Number} killed, a write acknowledged after {recovery.TotalMilliseconds:N0} ms; back and caught up after {catchUp.TotalMilliseconds:N0} ms.");
        return (recovery, catchUp);
    }

    private static async Task<long> AcknowledgedAsync(RecoveryWriter writer, long begunFrom, int count, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.WaitForAsync(begunFrom, count).WaitAsync(StepTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new CommandFailedException($"No {count} writes were acknowledged within {StepTimeout.TotalSeconds:N0} s.", exception);
        }
    }
}
