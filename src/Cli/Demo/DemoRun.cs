using Consensus.Cli.Demo.Audit;
using Consensus.Cli.Demo.Load;
using Consensus.Cli.Output;

namespace Consensus.Cli.Demo;

/// <summary>
/// One demo: a cluster under load whose nodes are killed and restarted, and the audit of what its clients were told.
/// </summary>
/// <param name="board">Where it is told.</param>
/// <param name="scenario">What one node lies, if the group is to detect it.</param>
internal sealed class DemoRun(DemoBoard board, ThreatScenario? scenario)
{
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastOperationTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MeterInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs it.</summary>
    public async Task<DemoResult> RunAsync(CancellationToken cancellationToken)
    {
        var watch = new ElectionWatch(board);
        var cluster = board.Cluster;
        await cluster.StartAsync(cancellationToken).ConfigureAwait(false);
        foreach (var node in cluster.Nodes)
        {
            watch.Follow(node);
        }

        await cluster.WaitForLeaderAsync(ElectionTimeout, cancellationToken).ConfigureAwait(false);

        board.Enter(DemoPhase.UnderLoad, $"{DemoOptions.Clients} clients create cases and move them, through all nodes");
        var injector = new FaultInjector(board, watch);
        var ledgers = await LoadAsync(injector, cancellationToken).ConfigureAwait(false);

        board.Enter(DemoPhase.Settling, "load stopped; waiting until all nodes have applied the same log");
        var index = await cluster.WaitUntilSettledAsync(SettleTimeout, cancellationToken).ConfigureAwait(false);

        board.Enter(DemoPhase.Auditing, $"all nodes at entry {index}; looking for every operation on every node");
        var evidence = new List<NodeEvidence>();
        foreach (var node in cluster.Nodes)
        {
            evidence.Add(await CaseEvidence.GatherAsync(node, cancellationToken).ConfigureAwait(false));
        }

        var audit = Auditor.Compare(ledgers, evidence);
        foreach (var example in audit.Examples)
        {
            board.Tell(DemoEventKind.Failure, example);
        }

        var hashes = new List<Digest>();
        foreach (var node in cluster.Nodes)
        {
            hashes.Add(await node.StopAsync().ConfigureAwait(false));
        }

        await watch.FinishAsync().ConfigureAwait(false);
        return Conclude(injector, index, audit, hashes);
    }

    private async Task<IReadOnlyList<ClientLedger>> LoadAsync(FaultInjector injector, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var nodes = board.Cluster.Nodes;
        var ledgers = Enumerable.Range(0, DemoOptions.Clients).Select(client => new ClientLedger(client)).ToArray();
        var interval = TimeSpan.FromSeconds(DemoOptions.Clients / board.Options.OperationsPerSecond);
        var load = Task.WhenAll(ledgers.Select(ledger => Task.Run(() => CreateClient(ledger).RunAsync(interval, stop.Token, abandon.Token), CancellationToken.None)));
        var meter = MeterAsync(load);
        stop.CancelAfter(board.Options.Duration);
        var patience = TimeSpan.Zero;
        try
        {
            await PlayAsync(injector, cancellationToken).ConfigureAwait(false);
            patience = board.Options.Duration + LastOperationTimeout;
        }
        finally
        {
            await Task.WhenAny(load, Task.Delay(patience, CancellationToken.None)).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await abandon.CancelAsync().ConfigureAwait(false);
            await load.ConfigureAwait(false);
            await meter.ConfigureAwait(false);
        }

        return ledgers;

        CaseClient CreateClient(ClientLedger ledger) => new(ledger, node => CaseDesk.Of(nodes[node]), nodes.Count, TimeProvider.System)
        {
            Acknowledged = latency =>
            {
                board.Latencies.Record(latency);
                board.Throughput.Add();
            },
            Rejected = detail => board.Tell(DemoEventKind.Failure, detail),
        };
    }

    private async Task PlayAsync(FaultInjector injector, CancellationToken cancellationToken)
    {
        if (scenario is null)
        {
            await injector.RunAsync(FaultPlan.For(board.Options.Duration), cancellationToken).ConfigureAwait(false);
            return;
        }

        // A liar and a node that is down would be more than four survive.
        var start = board.Elapsed;
        await injector.RunAsync(FaultPlan.BeforeLies(board.Options.Duration), cancellationToken).ConfigureAwait(false);
        await scenario.RunAsync(start, cancellationToken).ConfigureAwait(false);
    }

    private async Task MeterAsync(Task load)
    {
        using var timer = new PeriodicTimer(MeterInterval);
        var last = board.Elapsed;
        while (!load.IsCompleted && await timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            var now = board.Elapsed;
            board.Throughput.CloseInterval(now - last);
            last = now;
        }
    }

    private DemoResult Conclude(FaultInjector injector, LogIndex index, AuditResult audit, List<Digest> hashes)
    {
        var agree = hashes.Distinct().Count() == 1;
        if (!agree)
        {
            board.Tell(DemoEventKind.Failure, $"the nodes' states differ: {string.Join(", ", hashes)}");
        }

        // The first leader was elected, and one more after each kill of a leader.
        var electionsDemanded = injector.LeaderKills + 1;
        if (board.Elections < electionsDemanded)
        {
            board.Tell(DemoEventKind.Failure, $"{board.Elections} elections were seen; {injector.LeaderKills} killed leaders demand {electionsDemanded}");
        }

        return new DemoResult
        {
            Algorithm = board.Options.Algorithm,
            Nodes = board.Options.Nodes,
            Seconds = board.Options.Duration.TotalSeconds,
            Committed = audit.Acknowledged,
            LogIndex = index.Value,
            Elections = board.Elections,
            Switches = board.Switches,
            Kills = injector.Kills,
            LeaderKills = injector.LeaderKills,
            FailoverMs = [.. board.Failovers.Select(failover => Math.Round(failover.TotalMilliseconds, 1))],
            StateHashesAgree = agree,
            StateHash = agree ? hashes[0].ToString() : "",
            Lost = audit.Lost,
            Duplicated = audit.Duplicated,
            Phantom = audit.Phantom,
            Unknown = audit.Unknown,
            ThroughputPerS = Math.Round(audit.Acknowledged / board.Options.Duration.TotalSeconds, 1),
            LatencyMs = LatencySummary.Of(board.Latencies),
            Timeline = [.. board.EventsFrom(0).Select(item => new TimelineEntry(Math.Round(item.At.TotalSeconds, 3), item.Kind.ToString().ToLowerInvariant(), item.Text))],
            Problems = [.. board.EventsFrom(0).Where(item => item.Kind == DemoEventKind.Failure).Select(item => item.Text)],
        };
    }
}
