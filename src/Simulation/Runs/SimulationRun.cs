using Consensus.Simulation.Checkers;
using Consensus.Simulation.Disk;
using Consensus.Simulation.Faults;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Runs;

/// <summary>
/// One run of one seed, in three phases: chaos; then a quorum core is healed, and must make progress although the others stay bad; then
/// everybody is healed, must catch up, and have all that was ever acknowledged.
/// </summary>
internal sealed class SimulationRun
{
    /// <summary>How often it is looked whether what is waited for has come.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>How long flushes take at a node that is left behind with a slow disk.</summary>
    private static readonly TimeSpan AbandonedFlushTime = TimeSpan.FromMilliseconds(300);

    private readonly ulong _seed;
    private readonly World _world;
    private readonly FaultPlan _faults;
    private readonly Operator _operator;
    private readonly TimeSpan _progressTimeMax;

    public SimulationRun(ulong seed, SimulationOptions options, TextWriter? trace = null)
    {
        _seed = seed;
        _progressTimeMax = options.Protocol.ProgressTimeMax;
        _world = new World(seed, options, trace);
        _world.Add(History);
        CheckerCatalogue.AddTo(_world, History);
        for (var i = 0; i < options.Nodes; i++)
        {
            _world.AddNode();
        }

        Corruption.Draw(_world);

        for (var i = 0; i < options.Clients; i++)
        {
            _world.AddClient(options.Client with { KeepsSession = i % 2 == 1 });
        }

        _operator = new Operator(_world);
        _faults = FaultPlan.Draw(_world);
    }

    public World World => _world;

    public FaultPlan Faults => _faults;

    public CallHistory History { get; } = new();

    /// <summary>Begins the first phase: machines, clients and faults.</summary>
    public void Start()
    {
        foreach (var node in _world.Nodes)
        {
            node.Start();
        }

        _world.Clients.All.ForEach(client => client.Start());
        _operator.Begin();
        _faults.Begin();
    }

    /// <summary>Runs all phases.</summary>
    public void Run()
    {
        Start();
        if (_world.Run(_world.Options.Duration) && Core() && Calm())
        {
            _world.Finish();
        }
    }

    /// <summary>What came out of the run.</summary>
    public SimulationReport Report() => new()
    {
        Seed = _seed,
        Algorithm = _world.Options.Protocol.Name,
        Nodes = _world.Options.Nodes,
        Duration = _world.Options.Duration,
        Faults = _world.Options.FaultsOfProtocol,
        AllFaults = _world.Options.Protocol.Survives,
        IsUnsafe = _world.Options.IsUnsafe,
        HasLeases = _world.Options.HasLeases,
        Digest = _world.Trace,
        Operations = _world.Clients.Calls,
        Committed = History.Succeeded,
        Messages = _world.Messages,
        Switches = _world.LastEpoch.Value,
        Strikes = _faults.Faults.ToDictionary(fault => fault.Kind.Name, fault => fault.Strikes, StringComparer.Ordinal),
        Violations = _world.Violations,
        VirtualTime = TimeSpan.FromTicks(_world.Agenda.Now.Value),
    };

    private bool Core()
    {
        _faults.End();
        _operator.IsAway = true;
        var core = QuorumCore.Choose(_world);
        Abandon(_world.Nodes.Except(core));
        _world.Heal(core);
        return WaitForProgress(() => $"nodes {string.Join(", ", core.Select(node => node.Id))} are healed and a quorum, the others are not", () =>
        {
            if (QuorumCore.Missing(_world, core) is { Count: > 0 } missing)
            {
                core = [.. core, .. missing];
                _world.Heal(core);
            }
        });
    }

    private bool Calm()
    {
        (_operator.IsAway, _operator.IsTidy) = (false, true);
        foreach (var node in _world.Nodes.Where(node => node.IsUp && _world.Atlas.IsDamaged(node)))
        {
            // Damage shows when a replica starts; there must be none left at the end.
            node.Crash(DiskLoss.Nothing);
        }

        _world.Heal([.. _world.Nodes.Where(node => node.Condition is not (NodeCondition.Damaged or NodeCondition.Retired))]);
        if (!WaitForProgress(() => "all nodes are healed") || !WaitFor(() => _operator.IsDone, () => "all nodes are healed, but not all members that are gone have been replaced"))
        {
            return false;
        }

        if (_faults.Faults.Any(fault => fault.Kind == FaultKind.Switch) && !SwitchOnce())
        {
            return false;
        }

        _world.Clients.All.ForEach(client => client.End());
        return WaitFor(HaveCaughtUp, () => "all nodes are healed and nobody calls any more, but they have not all caught up") && ReadAll() && Rest();
    }

    private bool SwitchOnce()
    {
        var order = new FinalSwitch(_world);
        return WaitFor(() => order.IsDone, () => "all nodes are healed, and the operator has ordered another engine, but no epoch has begun");
    }

    /// <summary>Gives callers who are gone time to be forgotten. Who is not is found by the checkers of bounds.</summary>
    private bool Rest()
    {
        for (var waited = TimeSpan.Zero; waited < _progressTimeMax && !_world.IsAtRest; waited += LookInterval)
        {
            if (!_world.Run(LookInterval))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadAll()
    {
        var reads = new FinalReads(_world, History);
        reads.Begin(Members());
        return WaitFor(() => reads.IsComplete, () => "all nodes are healed and have caught up, but some do not answer reads");
    }

    /// <summary>
    /// Those that are left out of the core stay bad: down, standing still, cut off, or with a disk that is full or slow and all their links,
    /// so that they may still lead. Those that are Byzantine go on as before.
    /// </summary>
    private void Abandon(IEnumerable<SimulatedNode> nodes)
    {
        var random = _world.RandomFor("abandoned");
        foreach (var node in nodes.Where(node => node.IsUp && !_world.Atlas.IsByzantine(node)))
        {
            switch (random.NextBelow(5))
            {
                case 0:
                    node.Crash(DiskLoss.Nothing);
                    break;
                case 1:
                    node.Pause();
                    break;
                case 2:
                    _world.Network.Isolate(node.Id, _world.Nodes.Select(other => other.Id));
                    break;
                case 3:
                    node.Disk.Capacity = node.Disk.Used;
                    break;
                default:
                    node.Disk.FlushTime = AbandonedFlushTime;
                    break;
            }
        }
    }

    private bool WaitForProgress(Func<string> condition, Action? look = null)
    {
        // Something that is proposed from here on must be applied: what was under way before may be applied without anybody's leading.
        var before = _world.Clients.Calls;
        return WaitFor(
            () =>
            {
                look?.Invoke();
                return History.LastApplied > before;
            },
            () => $"{condition()}, but nothing that was proposed since then has been applied");
    }

    private bool WaitFor(Func<bool> hasCome, Func<string> complaint)
    {
        for (var waited = TimeSpan.Zero; waited < _progressTimeMax; waited += LookInterval)
        {
            if (!_world.Run(LookInterval))
            {
                return false;
            }

            if (hasCome())
            {
                return true;
            }
        }

        _world.Report("progress", $"{_progressTimeMax.TotalSeconds:0} s ago {complaint()}");
        return false;
    }

    private bool HaveCaughtUp()
    {
        var last = _world.Observatory.LastCommitted;
        return Members().All(node => node.Condition == NodeCondition.Running && node.Replica!.Status.AppliedIndex >= last);
    }

    private IEnumerable<SimulatedNode> Members() => _world.Observatory.Configuration.Members.Select(member => _world.Find(member.Id)).Where(node => !_world.Atlas.IsByzantine(node) && (node.Condition != NodeCondition.Damaged || _world.Options.Protocol.ReplacesDisks));
}
