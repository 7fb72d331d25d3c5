using Consensus.Cli.Cluster;
using Consensus.Cli.Load;
using Consensus.Engine;

namespace Consensus.Cli.Demo;

/// <summary>
/// What is known about a running demo: its parts write here, views read. Views ask when they want to draw; nothing waits for them.
/// </summary>
internal sealed class DemoBoard(DemoOptions options, LocalCluster cluster, TimeProvider time)
{
    private const int IntervalsKept = 120;

    private readonly Lock _gate = new();
    private readonly List<DemoEvent> _events = [];
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<(Epoch Epoch, ulong Term), NodeId> _leaders = [];
    private readonly SortedSet<Epoch> _epochs = [];
    private readonly List<TimeSpan> _failovers = [];
    private TimeSpan? _leaderKilledAt;

    /// <summary>What was asked for.</summary>
    public DemoOptions Options { get; } = options;

    /// <summary>The cluster itself.</summary>
    public LocalCluster Cluster { get; } = cluster;

    /// <summary>How long acknowledged operations took, retries included.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>How many operations were acknowledged, and how many lately.</summary>
    public ThroughputMeter Throughput { get; } = new(IntervalsKept);

    /// <summary>The time since the start of the demo.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>What the demo is doing.</summary>
    public DemoPhase Phase { get; private set; } = DemoPhase.Starting;

    /// <summary>How many terms had a leader.</summary>
    public int Elections
    {
        get
        {
            lock (_gate)
            {
                return _leaders.Count;
            }
        }
    }

    /// <summary>How many epochs have begun.</summary>
    public int Switches
    {
        get
        {
            lock (_gate)
            {
                return _epochs.Count;
            }
        }
    }

    /// <summary>How long the cluster was without a leader after each kill of one.</summary>
    public IReadOnlyList<TimeSpan> Failovers
    {
        get
        {
            lock (_gate)
            {
                return [.. _failovers];
            }
        }
    }

    /// <summary>Whether something went wrong that the demo did not do on purpose.</summary>
    public bool HasFailed
    {
        get
        {
            lock (_gate)
            {
                return _events.Exists(item => item.Kind == DemoEventKind.Failure);
            }
        }
    }

    /// <summary>The events from a given place on.</summary>
    public IReadOnlyList<DemoEvent> EventsFrom(int index)
    {
        lock (_gate)
        {
            return [.. _events.Skip(index)];
        }
    }

    /// <summary>Goes on to the next phase.</summary>
    public void Enter(DemoPhase phase, string text)
    {
        Phase = phase;
        Tell(DemoEventKind.Plain, text);
    }

    /// <summary>Writes an event down.</summary>
    public void Tell(DemoEventKind kind, string text)
    {
        lock (_gate)
        {
            Add(kind, text);
        }
    }

    /// <summary>The leader has just been killed.</summary>
    public void LeaderKilled(NodeId leader)
    {
        lock (_gate)
        {
            _leaderKilledAt = Elapsed;
            Add(DemoEventKind.Fault, $"leader n{leader} killed");
        }
    }

    /// <summary>A node says that it leads from now on.</summary>
    public void LeaderElected(NodeId leader, Epoch epoch, ulong term)
    {
        lock (_gate)
        {
            if (!_leaders.TryAdd((epoch, term), leader))
            {
                if (_leaders[(epoch, term)] != leader)
                {
                    Add(DemoEventKind.Failure, $"n{leader} and n{_leaders[(epoch, term)]} both lead in term {term}");
                }

                return;
            }

            if (_leaderKilledAt is { } killedAt)
            {
                var failover = Elapsed - killedAt;
                _failovers.Add(failover);
                _leaderKilledAt = null;
                Add(DemoEventKind.Recovery, $"n{leader} elected in term {term} after {failover.TotalMilliseconds:N0} ms");
            }
            else
            {
                Add(DemoEventKind.Recovery, $"n{leader} elected in term {term}");
            }
        }
    }

    /// <summary>A node is in another epoch: the first one to be so is told.</summary>
    public void EpochBegun(NodeId node, EpochBegun begun)
    {
        lock (_gate)
        {
            if (_epochs.Add(begun.Epoch))
            {
                Add(DemoEventKind.Recovery, $"epoch {begun.Epoch} begins with {begun.Protocol} behind entry {begun.Index - 1}, first on n{node}");
            }
        }
    }

    private void Add(DemoEventKind kind, string text) => _events.Add(new DemoEvent(Elapsed, kind, text));
}
