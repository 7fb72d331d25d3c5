using Consensus.Client;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hybrid;

namespace Consensus.Cli.Bench;

/// <summary>
/// Changes the engine of a hybrid under clients that write, again and again: how long nobody's write is acknowledged then, and whether any acknowledged one is lost or done twice. From Raft the group is forced to PBFT, because a member
/// sends what nobody has signed; from there an operator orders HotStuff, and then Raft.
/// </summary>
/// <param name="options">What is asked for.</param>
/// <param name="progress">Told what goes on.</param>
internal sealed class SwitchBench(SwitchOptions options, Action<string> progress)
{
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LooksAgain = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan OrdersAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts the cluster and the clients, changes engines, and reads back.</summary>
    /// <exception cref="CommandFailedException">The cluster does not start, an engine does not change, or what was written cannot be read.</exception>
    public async Task<SwitchResult> RunAsync(CancellationToken cancellationToken)
    {
        var cluster = new ProcessCluster(Algorithms.Hybrid, options.Nodes, options.Tls) { WithoutProcess = 1, Adjust = ShortWindows.WriteTo };
        await using var clusterOwnership = cluster.ConfigureAwait(false);
        await cluster.StartAsync(cancellationToken).ConfigureAwait(false);
        var liar = await LyingNode.StartAsync(cluster.Configurations[0], cancellationToken).ConfigureAwait(false);
        await using var liarOwnership = liar.ConfigureAwait(false);
        await cluster.WaitUntilLedAsync(StepTimeout, cancellationToken).ConfigureAwait(false);
        using var key = SigningKeyFile.Open(cluster.OperatorKey!, Ed25519.Load());

        var clientOptions = new ConsensusClientOptions { Timeout = StepTimeout };
        foreach (var endpoint in cluster.Endpoints)
        {
            clientOptions.Endpoints.Add(endpoint);
        }

        var client = new ConsensusClient(clientOptions);
        await using var clientOwnership = client.ConfigureAwait(false);
        var writers = new SwitchWriters(client.KeyValue, options.Clients, options.ValueSize);
        var changes = new List<EngineChange>();
        long begun, ended;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = writers.RunAsync(stop.Token);
        try
        {
            await Task.Delay(options.WarmUp, cancellationToken).ConfigureAwait(false);
            progress($"{options.Clients} clients write values of {options.ValueSize} bytes for {options.Duration.TotalSeconds:N0} s.");
            writers.Measure();
            begun = TimeProvider.System.GetTimestamp();
            do
            {
                await Task.Delay(options.Interval, cancellationToken).ConfigureAwait(false);
                changes.Add(await ChangeAsync(client, key, liar, cancellationToken).ConfigureAwait(false));
            }
            while (TimeProvider.System.GetElapsedTime(begun) + options.Interval + options.Interval <= options.Duration);

            // The last change has as much time as the others to show how long nothing is acknowledged.
            var left = options.Duration - TimeProvider.System.GetElapsedTime(begun);
            await Task.Delay(left > options.Interval ? left : options.Interval, cancellationToken).ConfigureAwait(false);
            ended = TimeProvider.System.GetTimestamp();
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }

        progress($"Reading back {writers.Acknowledged:N0} writes.");
        return Sum(writers, changes, begun, ended, liar.ViewTimeout, await writers.AuditAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What an operator orders where an engine runs; nothing where the group is forced to another one.</summary>
    /// <param name="running">The engine.</param>
    internal static EpochProtocol? OrderedAfter(EpochProtocol running) => running switch
    {
        EpochProtocol.Raft => null,
        EpochProtocol.Pbft => EpochProtocol.HotStuff,
        EpochProtocol.HotStuff => EpochProtocol.Raft,
    };

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

    private async Task<EngineChange> ChangeAsync(ConsensusClient client, Ed25519SigningKey key, LyingNode liar, CancellationToken cancellationToken)
    {
        var status = await StatusAsync(client, cancellationToken).ConfigureAwait(false);
        var change = OrderedAfter(Enum.Parse<EpochProtocol>(status.RunningEpoch!.Protocol, ignoreCase: true)) is { } next
            ? await OrderAsync(client, status, next, key, cancellationToken).ConfigureAwait(false)
            : await ForceAsync(client, status, liar, cancellationToken).ConfigureAwait(false);
        progress($"From {change.From} to {change.To} in {TimeProvider.System.GetElapsedTime(change.Given, change.Done).TotalMilliseconds:N0} ms, {(change.IsForced ? "because a member lies" : "as the operator sees it")}.");
        return change;
    }

    /// <summary>Orders another engine, again and again until the members agree, and waits until it runs where the client asks.</summary>
    private static async Task<EngineChange> OrderAsync(ConsensusClient client, ConsensusStatus status, EpochProtocol next, Ed25519SigningKey key, CancellationToken cancellationToken)
    {
        var running = status.RunningEpoch!;
        var order = SealOrder.Give(new SigningDomain(running.Cluster, status.Epoch, running.Id), new NextEpoch(next), key).ToBytes();
        var first = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var given = TimeProvider.System.GetTimestamp();
            var result = await client.EndEpochAsync(order, cancellationToken).ConfigureAwait(false);
            if (result.IsDone)
            {
                return new EngineChange(running.Protocol, $"{next}".ToLowerInvariant(), IsForced: false, given, TimeProvider.System.GetTimestamp());
            }

            if (result.Refusal != RefusalReason.ReturnHeldUp || TimeProvider.System.GetElapsedTime(first) > StepTimeout)
            {
                throw new CommandFailedException($"Epoch {status.Epoch} does not end: {result.Refusal}. {result.Detail}");
            }

            await Task.Delay(OrdersAgain, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets a member lie until the group has gone to another engine.</summary>
    private static async Task<EngineChange> ForceAsync(ConsensusClient client, ConsensusStatus status, LyingNode liar, CancellationToken cancellationToken)
    {
        var given = TimeProvider.System.GetTimestamp();
        liar.SignsBadly = true;
        try
        {
            while (TimeProvider.System.GetElapsedTime(given) < StepTimeout)
            {
                var now = await StatusAsync(client, cancellationToken).ConfigureAwait(false);
                if (now.Epoch > status.Epoch)
                {
                    return new EngineChange(status.RunningEpoch!.Protocol, now.RunningEpoch!.Protocol, IsForced: true, given, TimeProvider.System.GetTimestamp());
                }

                await Task.Delay(LooksAgain, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            liar.SignsBadly = false;
        }

        throw new CommandFailedException($"Epoch {status.Epoch} does not end, although a member has sent what nobody has signed for {StepTimeout.TotalSeconds:N0} s.");
    }

    private static async Task<ConsensusStatus> StatusAsync(ConsensusClient client, CancellationToken cancellationToken)
    {
        var answer = await client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        return answer.Value?.Status ?? throw new CommandFailedException($"No node says which engine runs: {answer.Detail}");
    }

    private SwitchResult Sum(SwitchWriters writers, List<EngineChange> changes, long begun, long ended, TimeSpan viewTimeout, (long Lost, long Duplicated) audit)
    {
        var seconds = TimeProvider.System.GetElapsedTime(begun, ended).TotalSeconds;
        var moments = writers.Moments;
        var pauses = changes.Zip(Pauses(moments, [.. changes.Select(change => change.Given)], ended)).ToArray();
        return new SwitchResult
        {
            Nodes = options.Nodes,
            Clients = options.Clients,
            ValueSize = options.ValueSize,
            Tls = options.Tls,
            Seconds = Math.Round(seconds, 3),
            SwitchEveryS = options.Interval.TotalSeconds,
            Switches = changes.Count,
            Orderly = PauseSummary.Of([.. pauses.Where(pause => !pause.First.IsForced).Select(pause => pause.Second)]),
            Forced = PauseSummary.Of([.. pauses.Where(pause => pause.First.IsForced).Select(pause => pause.Second)]),
            ViewTimeoutMs = viewTimeout.TotalMilliseconds,
            Acknowledged = writers.Acknowledged,
            Failed = writers.Failed,
            ThroughputPerS = Math.Round(moments.Count(moment => moment >= begun && moment < ended) / seconds, 1),
            LatencyMs = Output.LatencySummary.Of(writers.Latencies),
            Lost = audit.Lost,
            Duplicated = audit.Duplicated,
        };
    }
}
