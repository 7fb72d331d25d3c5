using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Simulation.Network;
using Consensus.Simulation.Time;
using Consensus.Storage;

namespace Consensus.Simulation.Nodes;

/// <summary>A machine with its disk and clock, and the process on it that hosts a replica, through all its lives.</summary>
internal sealed class SimulatedNode : ILanes
{
    /// <summary>Where a replica's data is on its machine's disk.</summary>
    public const string Folder = "/data";

    private static readonly TimeSpan WakeTimeMax = TimeSpan.FromMicroseconds(20);

    private readonly NodeSettings _settings;
    private readonly SimulatedNetwork _network;
    private readonly INodeObserver _observer;
    private readonly DeterministicRandom _random;
    private readonly List<SimulatedLane> _lanes = [];
    private long _effectsUntilCrash = -1;
    private DiskLoss _lossAtCrash;

    public SimulatedNode(NodeId id, NodeSettings settings, Agenda agenda, SimulatedNetwork network, INodeObserver observer, DeterministicRandom random, SimulatedDisk? disk = null)
    {
        Id = id;
        Agenda = agenda;
        _settings = settings;
        _network = network;
        _observer = observer;
        _random = random;
        Disk = disk ?? new SimulatedDisk(new DeterministicRandom(random.NextUInt64()));
        Disk.OnAction = _ => OnEffect();
        IsTwin = disk is not null;
        Calls = new NodeCalls(agenda);
        Clock = new SimulatedClock(agenda, random.NextBetween(TimeSpan.Zero, TimeSpan.FromDays(1)));
    }

    public NodeId Id { get; }

    /// <summary>Whether it is the second replica of its identity: it has begun with another one's disk.</summary>
    public bool IsTwin { get; }

    /// <summary>Where the group reaches it.</summary>
    public string Address => $"node-{Id}";

    public Agenda Agenda { get; }

    public SimulatedDisk Disk { get; }

    public SimulatedClock Clock { get; }

    /// <summary>Who waits for the replica.</summary>
    public NodeCalls Calls { get; }

    public NodeCondition Condition { get; private set; }

    /// <summary>Counts the node's processes: what belongs to an earlier one is dead.</summary>
    public int Life { get; private set; }

    /// <summary>The replica, while the node runs or is paused.</summary>
    public Replica? Replica { get; private set; }

    /// <summary>How its engine reads messages: one that knows which epochs there were reads more than another. <see langword="null"/> before its first start.</summary>
    public IMessageCodec? Codec { get; private set; }

    /// <summary>The replica's protocol, while the node runs or is paused.</summary>
    public IProtocolCore? Core { get; private set; }

    /// <summary>The replica's state, while the node runs or is paused.</summary>
    public IReplicatedState? State { get; private set; }

    /// <summary>What it is made of, while it runs.</summary>
    public ReplicaStorage? Storage { get; private set; }

    /// <summary>How much longer each turn of the state machine takes.</summary>
    public TimeSpan ApplyDelay { get; set; }

    /// <summary>Whether what happens is the node's doing, or its end's.</summary>
    public bool IsUp => Condition is NodeCondition.Running or NodeCondition.Paused;

    /// <summary>Whether it is to crash at an effect to come.</summary>
    public bool IsDoomed => _effectsUntilCrash >= 0;

    /// <summary>How much virtual time the turn that is being taken has used so far.</summary>
    public TimeSpan Elapsed => Disk.Elapsed;

    /// <summary>Starts the process: recovers what is on the disk, or begins a new one.</summary>
    public void Start()
    {
        if (Condition is not (NodeCondition.Down or NodeCondition.Damaged))
        {
            throw new InvalidOperationException($"Node {Id} is {Condition}; only a node that is down starts.");
        }

        var life = ++Life;
        Condition = NodeCondition.Running;
        try
        {
            Open();
        }
        catch (Exception) when (life != Life)
        {
            // Crashed at an effect of its recovery.
        }
        catch (ConsensusException exception) when (exception.Reason is ConsensusFailure.StorageCorrupt or ConsensusFailure.StorageForeign)
        {
            End(NodeCondition.Damaged, DiskLoss.Nothing);
            _observer.OnRefused(this, exception);
        }
        catch (ConsensusException exception)
        {
            Fail(exception);
        }
    }

    /// <summary>Starts the process if it does not run.</summary>
    public void StartIfDown()
    {
        if (Condition == NodeCondition.Down)
        {
            Start();
        }
    }

    /// <summary>Kills the process, and the machine too as far as the disk's caches go.</summary>
    public void Crash(DiskLoss loss)
    {
        if (IsUp)
        {
            End(NodeCondition.Down, loss);
            _observer.OnEnded(this, null);
        }
    }

    /// <summary>Crashes at an effect to come: a disk action, a message, or an applied command.</summary>
    /// <param name="effects">How many effects still happen.</param>
    /// <param name="loss">What the crash does to the disk.</param>
    public void CrashAfter(long effects, DiskLoss loss)
    {
        _effectsUntilCrash = effects;
        _lossAtCrash = loss;
    }

    /// <summary>Stops the process as an operator does: it finishes what is under way.</summary>
    public void Stop()
    {
        if (Condition != NodeCondition.Running || Replica is not { } replica)
        {
            return;
        }

        var life = Life;
        try
        {
            var stopped = replica.DisposeAsync();
            if (!stopped.IsCompleted)
            {
                throw new InvalidOperationException($"Node {Id} did not stop in place.");
            }

            stopped.GetAwaiter().GetResult();
            Storage!.Dispose();
        }
        catch (Exception) when (life != Life)
        {
            // Crashed at an effect of its stop.
            return;
        }
        catch (ConsensusException exception)
        {
            Fail(exception);
            return;
        }

        if (life == Life)
        {
            End(NodeCondition.Down, DiskLoss.Nothing);
            _observer.OnEnded(this, null);
        }
    }

    /// <summary>Stops the process as SIGSTOP does.</summary>
    public void Pause()
    {
        if (Condition == NodeCondition.Running)
        {
            Condition = NodeCondition.Paused;
        }
    }

    /// <summary>Lets a paused process go on.</summary>
    public void Resume()
    {
        if (Condition == NodeCondition.Paused)
        {
            Condition = NodeCondition.Running;
            _lanes.ForEach(lane => lane.Wake());
        }
    }

    /// <summary>Ends whatever is wrong with the node, and starts it if it is down. Damage on its disk stays.</summary>
    public void Heal()
    {
        Disk.Heal();
        Clock.Heal();
        ApplyDelay = TimeSpan.Zero;
        _effectsUntilCrash = -1;
        Resume();
        StartIfDown();
    }

    /// <summary>The machine is gone for good, and its disk with it.</summary>
    public void Retire()
    {
        Crash(DiskLoss.Everything);
        Disk.Wipe();
        Condition = NodeCondition.Retired;
    }

    /// <summary>The disk is lost, and the machine gets an empty one. It may be started again.</summary>
    public void Forget()
    {
        Crash(DiskLoss.Everything);
        Disk.Wipe();
        Condition = NodeCondition.Down;
    }

    /// <summary>The process ends because something in it threw; every other time somebody starts the machine anew as well.</summary>
    public void Fail(Exception exception)
    {
        End(NodeCondition.Down, _random.Chance(0.5) ? DiskLoss.Nothing : new DiskLoss(0.5, 0));
        _observer.OnEnded(this, exception);
    }

    /// <summary>Something is about to happen that others can see or that lasts: here the node crashes if it was told to.</summary>
    public void OnEffect()
    {
        if (_effectsUntilCrash >= 0 && _effectsUntilCrash-- == 0)
        {
            Crash(_lossAtCrash);
            throw new NodeCrashedException();
        }
    }

    /// <summary>How long a lane takes to wake up.</summary>
    public TimeSpan WakeTime() => _random.NextBetween(TimeSpan.Zero, WakeTimeMax);

    /// <summary>A lane's turn ends: tells those whose call it has completed.</summary>
    /// <returns>How long the turn took.</returns>
    public TimeSpan EndTurn(LaneKind kind)
    {
        Calls.Look();
        return Disk.TakeElapsed() + (kind == LaneKind.State ? ApplyDelay + TimeSpan.FromMicroseconds(2) : TimeSpan.FromMicroseconds(5));
    }

    /// <inheritdoc/>
    ILane ILanes.Create(LaneKind kind, NodeId replica, Func<TimeSpan> turn, Action<Exception> onFailure)
    {
        var lane = new SimulatedLane(this, kind, turn);
        _lanes.Add(lane);
        return lane;
    }

    private void OnSending(NodeId to, ProtocolMessage message)
    {
        OnEffect();
        _observer.OnSending(this, to, message);
    }

    private void Open()
    {
        var identity = new ReplicaIdentity(_settings.Cluster, Id);
        var options = _settings.Storage(_random);
        if (!ReplicaStorage.Exists(Disk, Folder))
        {
            ReplicaStorage.Create(Disk, Folder, identity, _settings.BootstrapOf(Id), options);
        }

        Storage = ReplicaStorage.Open(Disk, Folder, identity, options);
        var engine = new ObservedEngine(_settings.Engine(Id), this, _observer);
        var state = new ObservedState(_settings.State(), this, _observer);
        _observer.OnStarted(this, Storage.Recovered);
        var starting = Replica.StartAsync(new ReplicaSetup
        {
            Self = Id,
            Engine = engine,
            State = state,
            Recovered = Storage.Recovered,
            Log = new ObservedLog(_settings.Log(Storage.Log), this, _observer),
            Snapshots = new ObservedSnapshots(Storage.Snapshots, state, this, _observer),
            Transport = new SimulatedTransport(_network, Id, engine.Codec, OnSending) { IsTwin = IsTwin },
            Options = _settings.Replica,
            Lanes = this,
            Time = Clock,
            Seed = _random.NextUInt64(),
        });
        if (!starting.IsCompleted)
        {
            throw new InvalidOperationException($"Node {Id} did not start in place.");
        }

        Replica = starting.GetAwaiter().GetResult();
        Codec = engine.Codec;
        Core = engine.Core;
        State = state.Inner;
    }

    private void End(NodeCondition condition, DiskLoss loss)
    {
        Life++;
        Condition = condition;
        Replica = null;
        Core = null;
        State = null;
        Storage = null;
        _lanes.Clear();
        _effectsUntilCrash = -1;
        _network.Leave(Id, IsTwin);
        Calls.LoseAll();
        Disk.Crash(loss);
    }
}
