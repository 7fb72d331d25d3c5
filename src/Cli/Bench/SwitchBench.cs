using Consensus.Client;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hybrid;

namespace Consensus.Cli.Bench;

/// <summary>
/// Changes the engine of a hybrid under clients that write, again and again, from each to the next of them: how long nobody's write is acknowledged then, and whether any acknowledged one is lost or done twice.
/// </summary>
/// <param name="options">What is asked for.</param>
/// <param name="progress">Told what goes on.</param>
internal sealed class SwitchBench(SwitchOptions options, Action<string> progress)
{
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(30);
    private static readonly EpochProtocol[] Protocols = Enum.GetValues<EpochProtocol>();

    /// <summary>Starts the cluster and the clients, gives orders, and reads back.</summary>
    /// <exception cref="CommandFailedException">The cluster does not start, an order is refused, or what was written cannot be read.</exception>
    public async Task<SwitchResult> RunAsync(CancellationToken cancellationToken)
    {
        var cluster = new ProcessCluster(Algorithms.Hybrid, options.Nodes, options.Tls);
        await using var clusterOwnership = cluster.ConfigureAwait(false);
        await cluster.StartAsync(cancellationToken).ConfigureAwait(false);
        await cluster.WaitForLeaderAsync(StepTimeout, cancellationToken).ConfigureAwait(false);
        using var key = SigningKeyFile.Open(cluster.OperatorKey!, Ed25519.Load());

        var clientOptions = new ConsensusClientOptions { Timeout = StepTimeout };
        foreach (var endpoint in cluster.Endpoints)
        {
            clientOptions.Endpoints.Add(endpoint);
        }

        var client = new ConsensusClient(clientOptions);
        await using var clientOwnership = client.ConfigureAwait(false);
        var writers = new SwitchWriters(client.KeyValue, options.Clients, options.ValueSize);
        var orders = new List<(long Given, long Done)>();
        long begun, ended;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = writers.RunAsync(stop.Token);
        try
        {
            await Task.Delay(options.WarmUp, cancellationToken).ConfigureAwait(false);
            progress($"{options.Clients} clients write values of {options.ValueSize} bytes for {options.Duration.TotalSeconds:N0} s.");
            writers.Measure();
            begun = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(begun) + options.Interval < options.Duration)
            {
                await Task.Delay(options.Interval, cancellationToken).ConfigureAwait(false);
                orders.Add(await ChangeAsync(client, key, cancellationToken).ConfigureAwait(false));
            }

            // What comes back after the last change belongs to it.
            var left = options.Duration - TimeProvider.System.GetElapsedTime(begun);
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            ended = TimeProvider.System.GetTimestamp();
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }

        progress($"Reading back {writers.Acknowledged:N0} writes.");
        return Sum(writers, orders, begun, ended, await writers.AuditAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The longest time without an acknowledgement that has to do with each of several changes: it ends after the order was given, and begins before the next one was.</summary>
    /// <param name="moments">When something was acknowledged, in growing order.</param>
    /// <param name="given">When the orders were given, in growing order.</param>
    /// <param name="ended">When the measurement ended.</param>
    internal static IEnumerable<TimeSpan> Pauses(IReadOnlyList<long> moments, IReadOnlyList<long> given, long ended)
    {
        for (var i = 0; i < given.Count; i++)
        {
            var until = i + 1 < given.Count ? given[i + 1] : ended;
            var longest = TimeSpan.Zero;
            var last = given[i];
            foreach (var moment in moments.SkipWhile(moment => moment < given[i]).TakeWhile(moment => moment < until).Append(until))
            {
                var gap = TimeProvider.System.GetElapsedTime(last, moment);
                (longest, last) = (gap > longest ? gap : longest, moment);
            }

            yield return longest;
        }
    }

    /// <summary>Orders the engine that is next in turn, and waits until it runs where the client asks.</summary>
    private async Task<(long Given, long Done)> ChangeAsync(ConsensusClient client, Ed25519SigningKey key, CancellationToken cancellationToken)
    {
        var answer = await client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        var status = answer.Value?.Status ?? throw new CommandFailedException($"No node says which engine runs: {answer.Detail}");
        var running = status.RunningEpoch!;
        var next = Protocols[(Array.FindIndex(Protocols, protocol => running.Protocol.Equals($"{protocol}", StringComparison.OrdinalIgnoreCase)) + 1) % Protocols.Length];
        var order = SealOrder.Give(new SigningDomain(running.Cluster, status.Epoch, running.Id), new NextEpoch(next), key).ToBytes();
        var given = TimeProvider.System.GetTimestamp();
        var result = await client.EndEpochAsync(order, cancellationToken).ConfigureAwait(false);
        var done = TimeProvider.System.GetTimestamp();
        if (!result.IsDone)
        {
            throw new CommandFailedException($"Epoch {status.Epoch} does not end: {result.Refusal}. {result.Detail}");
        }

        progress($"From {running.Protocol} to {$"{next}".ToLowerInvariant()} in {TimeProvider.System.GetElapsedTime(given, done).TotalMilliseconds:N0} ms, as the operator sees it.");
        return (given, done);
    }

    private SwitchResult Sum(SwitchWriters writers, List<(long Given, long Done)> orders, long begun, long ended, (long Lost, long Duplicated) audit)
    {
        var seconds = TimeProvider.System.GetElapsedTime(begun, ended).TotalSeconds;
        var moments = writers.Moments;
        TimeSpan[] pauses = [.. Pauses(moments, [.. orders.Select(order => order.Given)], ended)];
        return new SwitchResult
        {
            Nodes = options.Nodes,
            Clients = options.Clients,
            ValueSize = options.ValueSize,
            Tls = options.Tls,
            Seconds = Math.Round(seconds, 3),
            SwitchEveryS = options.Interval.TotalSeconds,
            Switches = orders.Count,
            PauseMs = pauses.Length == 0 ? null : Spread.OfMilliseconds(pauses),
            PausesMs = [.. pauses.Select(pause => Math.Round(pause.TotalMilliseconds, 1))],
            OrderMs = pauses.Length == 0 ? null : Spread.OfMilliseconds(orders.Select(order => TimeProvider.System.GetElapsedTime(order.Given, order.Done))),
            Acknowledged = writers.Acknowledged,
            Failed = writers.Failed,
            ThroughputPerS = Math.Round(moments.Count(moment => moment >= begun && moment < ended) / seconds, 1),
            LatencyMs = Output.LatencySummary.Of(writers.Latencies),
            Lost = audit.Lost,
            Duplicated = audit.Duplicated,
        };
    }
}
