using Consensus.Engine;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation;

/// <summary>
/// Runs groups of replicas in virtual time under faults that are drawn from a seed, and checks everything that must hold. Immutable: each
/// method returns a simulator with one thing changed.
/// </summary>
/// <remarks>
/// A run uses the calling thread only. What is given to the simulator (state machines, workloads, engines) must itself be deterministic: no
/// clock, no random numbers but those it is handed, no other threads. Runs of several seeds may go on side by side.
/// </remarks>
/// <example>
/// <code>
/// new Simulator()
///     .WithNodes(5)
///     .WithStateMachine(() => new MyStateMachine())
///     .WithWorkload(() => new MyWorkload())
///     .WithFaults(FaultSet.All)
///     .Run(seed: 1)
///     .ThrowIfViolated();
/// </code>
/// </example>
public sealed class Simulator
{
    /// <summary>The largest group.</summary>
    public const int NodesMax = 15;

    /// <summary>The longest run.</summary>
    public static readonly TimeSpan DurationMax = TimeSpan.FromHours(24);

    private const int ClientsMax = 1024;

    private readonly SimulationOptions _options;

    /// <summary>A group of five with the key-value machine, a workload of reads, writes and compare-and-swaps that is checked for linearizability, all faults, 60 s.</summary>
    public Simulator()
        : this(new SimulationOptions())
    {
    }

    internal Simulator(SimulationOptions options) => _options = options;

    /// <summary>What runs are made of.</summary>
    internal SimulationOptions Options => _options;

    /// <summary>Sets how many members the group has at the beginning.</summary>
    /// <param name="nodes">1 to <see cref="NodesMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public Simulator WithNodes(int nodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nodes, NodesMax);
        return new Simulator(_options with { Nodes = nodes });
    }

    /// <summary>Sets how long faults and load last, in virtual time. Healing and checking come after it.</summary>
    /// <param name="duration">More than 0, at most <see cref="DurationMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public Simulator WithDuration(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, DurationMax);
        return new Simulator(_options with { Duration = duration });
    }

    /// <summary>Sets which faults there may be. Which of them a run has, and how often, is drawn from its seed.</summary>
    public Simulator WithFaults(FaultSet faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        return new Simulator(_options with { Faults = faults });
    }

    /// <summary>Sets how many clients call, and how long each thinks between calls on average.</summary>
    /// <param name="clients">1 to 1,024.</param>
    /// <param name="thinkTime">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range.</exception>
    public Simulator WithClients(int clients, TimeSpan thinkTime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clients, ClientsMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(thinkTime, TimeSpan.Zero);
        return new Simulator(_options with { Clients = clients, Client = _options.Client with { ThinkTime = thinkTime } });
    }

    /// <summary>Sets the state machine. Give it a workload of its own as well.</summary>
    /// <param name="create">Makes the state machine of one replica, as new.</param>
    public Simulator WithStateMachine(Func<IStateMachine> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new Simulator(_options with { StateMachine = create });
    }

    /// <summary>Sets what clients do.</summary>
    /// <param name="create">Makes the workload of one run.</param>
    public Simulator WithWorkload(Func<IWorkload> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new Simulator(_options with { Workload = create });
    }

    /// <summary>Sets the engine. One that needs keys, or survives less than others, is described by a <see cref="SimulatedProtocol"/>.</summary>
    /// <param name="create">Makes the engine of one replica.</param>
    public Simulator WithEngine(Func<IEngine> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new Simulator(_options with { Protocol = SimulatedProtocol.Of(create), HasLeases = false });
    }

    /// <summary>Sets the protocol, and the faults to all that it promises to survive.</summary>
    public Simulator WithProtocol(SimulatedProtocol protocol)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        return new Simulator(_options with { Protocol = protocol, Faults = protocol.Survives, HasLeases = false });
    }

    /// <summary>Lets the simulator's own engine, Raft, answer reads from its leaders' leases, while clocks drift as far as it was told to expect.</summary>
    public Simulator WithLeases() => new(_options.WithLeases());

    /// <summary>Sets the replicas' settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; the message lists all of them.</exception>
    public Simulator WithReplica(ReplicaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = options.Validate();
        return problems.Count == 0
            ? new Simulator(_options with { Replica = options })
            : throw new ArgumentException(string.Join(' ', problems), nameof(options));
    }

    /// <summary>Puts some replicas under the control of an adversary; which ones is drawn from the seed.</summary>
    /// <param name="create">Makes the adversary of one run.</param>
    /// <param name="replicas">How many it controls: as many as the engine tolerates, unless the runs are <see cref="Unsafe"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="replicas"/> is less than 1.</exception>
    public Simulator WithAdversary(Func<IAdversary> create, int replicas = 1)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        return new Simulator(_options with { Adversary = create, CorruptReplicas = replicas });
    }

    /// <summary>Lets faults destroy more than the engine promises to survive: for looking at what happens then.</summary>
    public Simulator Unsafe() => new(_options with { IsUnsafe = true });

    /// <summary>Runs one seed.</summary>
    public SimulationReport Run(ulong seed) => Run(seed, history: null, trace: null);

    /// <summary>Runs one seed, and writes down what happened.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="history">Takes what clients did with the registers of the key-value machine and saw, in JSON lines as Jepsen's checkers read them.</param>
    /// <param name="trace">Takes a line for everything that happens, for reading.</param>
    public SimulationReport Run(ulong seed, TextWriter? history, TextWriter? trace)
    {
        var run = new SimulationRun(seed, _options, trace);
        run.Run();
        if (history is not null)
        {
            HistoryWriter.Write(history, run.History.Calls);
        }

        return run.Report();
    }

    /// <summary>
    /// Looks for a smaller run of the same seed with a violation of the same property: shorter, with fewer kinds of faults, nodes and clients.
    /// </summary>
    /// <param name="failed">The report of a run of this simulator with a violation.</param>
    /// <param name="attempted">Told about each attempt, if given.</param>
    /// <exception cref="ArgumentException">The report has no violation.</exception>
    public ShrunkRun Shrink(SimulationReport failed, Action<ShrunkRun>? attempted = null)
    {
        ArgumentNullException.ThrowIfNull(failed);
        return failed.Violations.Count > 0
            ? new Shrinker(this, failed, attempted).Shrink()
            : throw new ArgumentException("There is nothing to shrink: the run has no violation.", nameof(failed));
    }
}
