using System.Text;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Raft.Tests.Cluster;

namespace Consensus.Raft.Tests.Simulation;

/// <summary>
/// A group of replicas in virtual time, under faults drawn from a seed: the same seed gives the same run. Checkers look at every event.
/// </summary>
internal sealed class RaftSimulation : ITestWorld
{
    private readonly EventQueue _queue = new();
    private readonly DeterministicRandom _random;
    private readonly FaultPlan _faults;
    private readonly RaftOptions _options;
    private readonly SnapshotPolicy _snapshots;
    private readonly SortedDictionary<NodeId, Place> _places = [];
    private readonly HashSet<(NodeId From, NodeId To)> _cut = [];
    private readonly Blake3Hasher _trace = new();
    private readonly SafetyCheckers _checkers = new();
    private ulong _lastTicket;
    private bool _isCalm;

    public RaftSimulation(ulong seed, int voters, int spares, FaultPlan faults, RaftOptions options, SnapshotPolicy snapshots)
    {
        _random = new DeterministicRandom(seed);
        _faults = faults;
        _options = options;
        _snapshots = snapshots;
        var ids = Enumerable.Range(1, voters + spares).Select(number => new NodeId((uint)number)).ToArray();
        var bootstrap = new ClusterMembership([.. ids.Take(voters).Select(id => new Member(id, AddressOf(id)))], []);
        foreach (var id in ids)
        {
            var isVoter = id.Value <= voters;
            _places[id] = new Place(id, new TestDisk(isVoter ? bootstrap : ClusterMembership.Empty), Drift());
            Start(_places[id]);
        }

        PlanFault(faults.CrashEvery, CrashOne);
        PlanFault(faults.PartitionEvery, Partition);
        PlanFault(faults.SlowDiskEvery, SlowDisk);
        PlanFault(faults.FullDiskEvery, FillDisk);
        PlanFault(faults.ChangeEvery, ChangeMembership);
        PlanFault(faults.TransferEvery, Transfer);
    }

    public SafetyCheckers Checkers => _checkers;

    public Ticks Now => _queue.Now;

    public IEnumerable<TestReplica> Running => _places.Values.Select(place => place.Replica).OfType<TestReplica>();

    /// <summary>A digest of everything that happened.</summary>
    public Digest Trace => _trace.Finalize();

    /// <summary>Runs a load of commands and reads for a time.</summary>
    public void RunLoad(TimeSpan duration, TimeSpan pause)
    {
        var end = _queue.Now + duration;
        Next();
        _queue.RunUntil(end);

        void Next()
        {
            if (_queue.Now < end)
            {
                Work();
                _queue.PlanIn(_random.NextBetween(TimeSpan.Zero, pause * 2), Next);
            }
        }
    }

    /// <summary>Ends all faults, starts everybody again, and lets time pass.</summary>
    public void Calm(TimeSpan duration)
    {
        _isCalm = true;
        _cut.Clear();
        foreach (var place in _places.Values)
        {
            place.Disk.HasSpace = true;
            place.FlushDelay = TimeSpan.FromMilliseconds(2);
            if (place.Replica is { } replica)
            {
                TakeIfRunning(place, replica, () => replica.Elapse(Clock(place)));
            }
            else
            {
                Start(place);
            }
        }

        _queue.RunUntil(_queue.Now + duration);
    }

    /// <summary>The one leader of the highest term, if there is one.</summary>
    public TestReplica? Leader =>
        Running.Where(replica => replica.Status.Role == ReplicaRole.Leader).OrderByDescending(replica => replica.Status.TermOrView).FirstOrDefault();

    public ulong Propose(TestReplica replica, string command)
    {
        var ticket = ++_lastTicket;
        var place = _places[replica.Id];
        _checkers.OnProposed(command);
        TakeIfRunning(place, replica, () => replica.Propose(ticket, command, new Timestamp(_queue.Now.Value / TimeSpan.TicksPerMillisecond)));
        return ticket;
    }

    /// <summary>Lets time pass without new load.</summary>
    public void Pass(TimeSpan duration) => _queue.RunUntil(_queue.Now + duration);

    /// <summary>A caller at a replica asks for a linearizable read.</summary>
    public void Read(TestReplica replica)
    {
        var ticket = new Ticket(++_lastTicket);
        _checkers.OnReadRequested(ticket);
        TakeIfRunning(_places[replica.Id], replica, () => replica.Take(new ReadRequested(ticket)));
    }

    /// <summary>A replica's process ends; it stays down until the faults end.</summary>
    public void Crash(TestReplica replica)
    {
        replica.Crash(records => (int)_random.NextBelow((ulong)records + 1));
        _places[replica.Id].Replica = null;
        _checkers.OnCrashed(replica);
    }

    /// <summary>The disk of a replica fills up, or has space again.</summary>
    public void SetSpace(TestReplica replica, bool hasSpace)
    {
        var place = _places[replica.Id];
        place.Disk.HasSpace = hasSpace;
        TakeIfRunning(place, replica, () => { });
    }

    /// <summary>Changes a replica's state behind the protocol's back.</summary>
    public void Corrupt(TestReplica replica)
    {
        replica.State.Corrupt();
        _checkers.OnCorrupted(replica);
    }

    void ITestWorld.OnSent(TestReplica from, NodeId to, byte[] frame)
    {
        Note('s', from.Id, frame);
        if (!_places.ContainsKey(to) || _cut.Contains((from.Id, to)) || Chance(_faults.DropRate))
        {
            return;
        }

        Carry(from.Id, to, frame);
        if (Chance(_faults.DuplicateRate))
        {
            Carry(from.Id, to, frame.ToArray());
        }
    }

    void ITestWorld.OnFlushBegun(TestReplica replica)
    {
        var place = _places[replica.Id];
        _queue.PlanIn(_random.NextBetween(place.FlushDelay / 4, place.FlushDelay), () => TakeIfRunning(place, replica, replica.CompleteFlush));
    }

    void ITestWorld.OnBackgroundResult(TestReplica replica, Input result)
    {
        // Each of the two threads behind a replica reports in order.
        var place = _places[replica.Id];
        var at = _queue.Now + _random.NextBetween(TimeSpan.FromMicroseconds(5), TimeSpan.FromMilliseconds(2));
        ref var last = ref result is EntriesApplied or SnapshotRestored or StateHashed ? ref place.StateReportedAt : ref place.FilesReportedAt;
        last = at > last ? at : last;
        _queue.Plan(last, () => TakeIfRunning(place, replica, () => replica.Take(result)));
    }

    void ITestWorld.OnHappened(TestReplica replica, object happening)
    {
        Note('h', replica.Id, Encoding.UTF8.GetBytes(happening.ToString()!));
        _checkers.OnHappened(replica, happening);
    }

    private static string AddressOf(NodeId id) => $"node-{id}";

    private static TimeSpan Short => TimeSpan.FromMilliseconds(400);

    private void Work()
    {
        var running = Running.ToArray();
        if (running.Length == 0)
        {
            return;
        }

        var replica = running[(int)_random.NextBelow((ulong)running.Length)];
        if (_random.NextBelow(4) == 0)
        {
            Read(replica);
        }
        else
        {
            Propose(replica, $"c{_lastTicket + 1}");
        }
    }

    private void Carry(NodeId from, NodeId to, byte[] frame)
    {
        var latency = _random.NextBetween(TimeSpan.FromMilliseconds(0.2), TimeSpan.FromMilliseconds(6));
        if (Chance(_faults.ReorderRate))
        {
            latency += _random.NextBetween(TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
        }

        _queue.PlanIn(latency, () =>
        {
            var place = _places[to];
            if (place.Replica is { } replica && !_cut.Contains((from, to)))
            {
                TakeIfRunning(place, replica, () => replica.Receive(from, frame));
            }
        });
    }

    /// <summary>Gives a replica a turn at its own time, looks at what it has become, and plans its next deadline.</summary>
    private void TakeIfRunning(Place place, TestReplica replica, Action turn)
    {
        if (place.Replica != replica)
        {
            return;
        }

        replica.Elapse(Clock(place));
        turn();
        _checkers.AfterTurn(replica);
        PlanDeadline(place, replica);
    }

    private void PlanDeadline(Place place, TestReplica replica)
    {
        var deadline = replica.NextDeadline;
        if (deadline == Ticks.Never || (place.WakesAt != Ticks.Never && place.WakesAt <= deadline && place.WakesAt > Clock(place)))
        {
            return;
        }

        place.WakesAt = deadline;
        var at = new Ticks(Math.Max(_queue.Now.Value, (long)Math.Ceiling((deadline.Value - place.ClockOffset) / place.ClockRate) + 1));
        _queue.Plan(at, () =>
        {
            if (place.Replica == replica && place.WakesAt == deadline)
            {
                place.WakesAt = Ticks.Never;
                TakeIfRunning(place, replica, () => { });
            }
        });
    }

    private Ticks Clock(Place place) => new((long)(_queue.Now.Value * place.ClockRate) + place.ClockOffset);

    private double Drift() => 1 + (_faults.ClockDrift * (((double)_random.NextBelow(2001) / 1000) - 1));

    private void Start(Place place)
    {
        place.WakesAt = Ticks.Never;
        var replica = new TestReplica(place.Id, place.Disk, this, _options, _snapshots, _random.NextUInt64(), Clock(place));
        place.Replica = replica;
        _checkers.OnStarted(replica);
        PlanDeadline(place, replica);
    }

    private void PlanFault(TimeSpan every, Action fault)
    {
        if (every == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        _queue.PlanIn(_random.NextBetween(TimeSpan.Zero, every * 2), () =>
        {
            if (!_isCalm)
            {
                fault();
                PlanFault(every, fault);
            }
        });
    }

    private void CrashOne()
    {
        var place = Any(_places.Values);
        if (place.Replica is not { } replica)
        {
            return;
        }

        Crash(replica);
        _queue.PlanIn(_random.NextBetween(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(2)), () =>
        {
            if (place.Replica is null)
            {
                Start(place);
            }
        });
    }

    private void Partition()
    {
        var isOneWay = _random.NextBelow(3) == 0;
        var side = _places.Keys.Where(_ => _random.NextBelow(2) == 0).ToHashSet();
        foreach (var from in _places.Keys)
        {
            foreach (var to in _places.Keys)
            {
                if (side.Contains(from) && !side.Contains(to))
                {
                    _cut.Add((from, to));
                    if (!isOneWay)
                    {
                        _cut.Add((to, from));
                    }
                }
            }
        }

        _queue.PlanIn(_random.NextBetween(Short, Short * 5), _cut.Clear);
    }

    private void SlowDisk()
    {
        var place = Any(_places.Values);
        place.FlushDelay = _random.NextBetween(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(900));
        _queue.PlanIn(Short * 3, () => place.FlushDelay = TimeSpan.FromMilliseconds(2));
    }

    private void FillDisk()
    {
        var place = Any(_places.Values);
        place.Disk.HasSpace = false;
        _queue.PlanIn(Short * 2, () => place.Disk.HasSpace = true);
    }

    private void ChangeMembership()
    {
        var members = Leader?.Status.Membership;
        if (members is null || Running.ToArray() is not { Length: > 0 } running)
        {
            return;
        }

        var change = MembershipChange.None;
        for (var steps = 1 + _random.NextBelow(2); steps > 0; steps--)
        {
            var id = Any(_places.Keys);
            change = members.Find(id) switch
            {
                null => _random.NextBelow(3) == 0 ? change.AddLearner(id, AddressOf(id)) : change.AddVoter(id, AddressOf(id)),
                { Role: MemberRole.Learner } when _random.NextBelow(2) == 0 => change.Promote(id),
                _ when members.Members.Length > 3 => change.Remove(id),
                _ => change,
            };
        }

        var replica = Any(running);
        TakeIfRunning(_places[replica.Id], replica, () =>
            replica.Take(new MembershipChangeRequested(new Ticket(++_lastTicket), change, new Timestamp(_queue.Now.Value / TimeSpan.TicksPerMillisecond))));
    }

    private void Transfer()
    {
        if (Running.ToArray() is { Length: > 0 } running)
        {
            var replica = Any(running);
            TakeIfRunning(_places[replica.Id], replica, () => replica.Take(new TransferRequested(new Ticket(++_lastTicket), Any(_places.Keys))));
        }
    }

    private T Any<T>(IReadOnlyCollection<T> items) => items.ElementAt((int)_random.NextBelow((ulong)items.Count));

    private bool Chance(double rate) => !_isCalm && rate > 0 && _random.NextBelow(1_000_000) < (ulong)(rate * 1_000_000);

    private void Note(char kind, NodeId id, ReadOnlySpan<byte> bytes)
    {
        _trace.Update([(byte)kind, (byte)id.Value]);
        _trace.Update(BitConverter.GetBytes(_queue.Now.Value));
        _trace.Update(bytes);
    }

    private sealed class Place(NodeId id, TestDisk disk, double clockRate)
    {
        public Ticks StateReportedAt;

        public Ticks FilesReportedAt;

        public NodeId Id => id;

        public TestDisk Disk => disk;

        public double ClockRate => clockRate;

        public long ClockOffset { get; } = id.Value * TimeSpan.TicksPerSecond;

        public TimeSpan FlushDelay { get; set; } = TimeSpan.FromMilliseconds(2);

        public Ticks WakesAt { get; set; } = Ticks.Never;

        public TestReplica? Replica { get; set; }
    }
}
