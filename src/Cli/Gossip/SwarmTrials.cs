using System.Diagnostics;
using Consensus.Gossip;
using Consensus.Simulation.Swarms;

namespace Consensus.Cli.Gossip;

/// <summary>Runs trials of a swarm and sums them up.</summary>
/// <param name="options">The swarm, and its groups.</param>
/// <param name="isHierarchical">Whether it is divided into them.</param>
/// <param name="trials">How many.</param>
internal sealed class SwarmTrials(HierarchyOptions options, bool isHierarchical, int trials)
{
    private readonly List<SwarmRun> _runs = [];
    private readonly List<HierarchyRun> _timed = [];
    private readonly List<SwarmRun> _flat = [];
    private TimeSpan _wall;
    private long _allocated;

    /// <summary>Runs them.</summary>
    public SwarmResult Run(CancellationToken cancellationToken)
    {
        for (var trial = 0; trial < trials; trial++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Run(trial);
        }

        var swarm = options.Swarm;
        return new SwarmResult
        {
            Agents = swarm.Agents,
            Fanout = swarm.Fanout,
            Mode = ModeNames.Of(swarm.Mode),
            Hierarchical = isHierarchical,
            Seed = swarm.Seed,
            Trials = trials,
            CompletedFraction = (double)_runs.Count(run => run.IsComplete) / trials,
            Rounds95 = Mean(_runs.Select(run => (double?)run.RoundsUntil(0.95))),
            Rounds99 = Mean(_runs.Select(run => (double?)run.RoundsUntil(0.99))),
            Rounds100 = Mean(_runs.Select(run => (double?)run.RoundsUntil(1))),
            Rounds100P99 = Percentile(_runs.Select(run => (double?)run.RoundsUntil(1)), 0.99),
            Messages = _runs.Average(run => run.Traffic.Payloads),
            MessagesPerAgent = Math.Round(_runs.Average(run => run.Traffic.Payloads) / swarm.Agents, 4),
            Calls = _runs.Average(run => run.Traffic.Calls),
            CallsPerAgent = Math.Round(_runs.Average(run => run.Traffic.Calls) / swarm.Agents, 4),
            WallSeconds = Math.Round(_wall.TotalSeconds / trials, 4),
            BytesPerAgent = Math.Round((double)_allocated / trials / swarm.Agents, 3),
            Distance = isHierarchical ? Compare() : null,
        };
    }

    private void Run(int trial)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        _runs.Add(isHierarchical ? GroupedSwarm.SpreadInRounds(options, trial) : FlatSwarm.Spread(options.Swarm, trial));
        _wall += watch.Elapsed;
        _allocated += GC.GetTotalAllocatedBytes(precise: true) - before;
        if (isHierarchical)
        {
            _timed.Add(GroupedSwarm.SpreadInTime(options, trial));
            _flat.Add(FlatSwarm.Spread(options.Swarm with { RegionAgents = options.RegionAgents }, trial));
        }
    }

    private SwarmDistance Compare()
    {
        var grouped = Mean(_timed.Select(run => run.TimeUntil(1)?.TotalMilliseconds));
        var flat = Mean(_flat.Select(run => run.RoundsUntil(1) * options.FlatLatency.TotalMilliseconds));
        var bytes = _timed.Average(run => BytesOf(run.Ticks.Traffic));
        var flatBytes = _flat.Average(run => BytesOf(run.Traffic));
        var layout = new SwarmLayout(options.Swarm.Agents, options.GroupSize, options.Leaders);
        return new SwarmDistance(
            options.GroupSize, options.Leaders, layout.Levels, grouped, flat, flat / grouped is { } speedup ? Math.Round(speedup, 3) : null, bytes, flatBytes, flatBytes == 0 ? null : Math.Round(bytes / flatBytes, 6));
    }

    private double BytesOf(SwarmTraffic traffic) => ((double)traffic.FarCalls * options.CallBytes) + ((double)traffic.FarPayloads * options.PayloadBytes);

    private static double? Mean(IEnumerable<double?> values) => values.Average() is { } mean ? Math.Round(mean, 3) : null;

    private static double? Percentile(IEnumerable<double?> values, double share)
    {
        double[] sorted = [.. values.OfType<double>().Order()];
        return sorted.Length == 0 ? null : sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }
}
