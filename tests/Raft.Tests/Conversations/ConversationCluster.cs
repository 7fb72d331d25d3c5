using System.Buffers;
using System.Text;
using Consensus.Engine;
using Consensus.Raft.Tests.Cluster;

namespace Consensus.Raft.Tests.Conversations;

/// <summary>
/// Replicas whose every message, timeout and flush happens when a conversation says so. Each has a clock of its own. What happens is written
/// down in words.
/// </summary>
internal sealed class ConversationCluster : ITestWorld, IDisposable
{
    private readonly RaftOptions _options;
    private readonly SnapshotPolicy _snapshots;
    private readonly SortedDictionary<NodeId, TestDisk> _disks = [];
    private readonly SortedDictionary<NodeId, TestReplica> _running = [];
    private readonly SortedDictionary<NodeId, Ticks> _clocks = [];
    private readonly SortedDictionary<(NodeId From, NodeId To), Queue<byte[]>> _links = [];
    private readonly HashSet<(NodeId From, NodeId To)> _cut = [];
    private readonly HashSet<NodeId> _heldFlushes = [];
    private readonly Queue<(TestReplica Replica, Input Result)> _results = new();
    private readonly StringBuilder _happened = new();
    private readonly RaftEngine _engine;
    private readonly MessageIngress _ingress;
    private readonly ClusterMembership _bootstrap;
    private ulong _lastTicket;

    public ConversationCluster(int voters, RaftOptions options, SnapshotPolicy snapshots)
    {
        _options = options;
        _snapshots = snapshots;
        _engine = new RaftEngine(options);
        _ingress = new MessageIngress(_engine.Codec, _engine.Verifier);
        var ids = Enumerable.Range(1, voters).Select(number => new NodeId((uint)number)).ToArray();
        _bootstrap = new ClusterMembership([.. ids.Select(id => new Member(id, AddressOf(id)))], []);
        foreach (var id in ids)
        {
            AddNode(id, _bootstrap);
        }
    }

    public static string AddressOf(NodeId id) => $"node-{id}";

    public ulong NextTicket() => ++_lastTicket;

    /// <summary>What happened since the last call, in words.</summary>
    public string TakeHappened()
    {
        var text = _happened.ToString();
        _happened.Clear();
        return text;
    }

    public void AddNode(NodeId id, ClusterMembership bootstrap)
    {
        _disks[id] = new TestDisk(bootstrap);
        Start(id);
    }

    public void Start(NodeId id)
    {
        var now = _clocks.GetValueOrDefault(id, new Ticks(id.Value * TimeSpan.TicksPerSecond));
        _clocks[id] = now;
        _running[id] = new TestReplica(id, _disks[id], this, _options, _snapshots, id.Value, now);
        Settle();
    }

    /// <summary>The process ends; of what was being flushed, the disk has the first records only.</summary>
    public void Crash(NodeId id, int recordsKept)
    {
        _running[id].Crash(recordsKept);
        _running.Remove(id);
        foreach (var queue in _links.Where(link => link.Key.From == id || link.Key.To == id).Select(link => link.Value))
        {
            queue.Clear();
        }
    }

    /// <summary>Starts a node again, with a log of entries of these terms. Entries of the same index and term are the same everywhere.</summary>
    public void Begin(NodeId id, IReadOnlyList<Term> terms)
    {
        Crash(id, recordsKept: 0);
        _disks[id] = TestDisk.WithHistory(_bootstrap, terms);
        Start(id);
    }

    public void Take(NodeId id, Input input)
    {
        _running[id].Take(input);
        Settle();
    }

    public void Propose(NodeId id, string command)
    {
        _running[id].Propose(NextTicket(), MessageText.Long(command), new Timestamp(1_000_000 + (long)_lastTicket));
        Settle();
    }

    public void Elapse(NodeId id, TimeSpan time)
    {
        _clocks[id] += time;
        _running[id].Elapse(_clocks[id]);
        Settle();
    }

    /// <summary>The replica's next deadline comes.</summary>
    public void TimeOut(NodeId id)
    {
        var deadline = _running[id].NextDeadline;
        Assert.That(deadline, Is.Not.EqualTo(Ticks.Never), $"node {id} waits for nothing");
        Elapse(id, deadline - _clocks[id]);
    }

    public TestReplica this[NodeId id] => _running[id];

    public void HoldFlushes(NodeId id) => _heldFlushes.Add(id);

    public void Flush(NodeId id)
    {
        Assert.That(_running[id].IsFlushing, Is.True, $"node {id} has nothing to flush");
        _running[id].CompleteFlush();
        Settle();
    }

    public void ReleaseFlushes(NodeId id)
    {
        _heldFlushes.Remove(id);
        Settle();
    }

    public void SetSpace(NodeId id, bool hasSpace)
    {
        _disks[id].HasSpace = hasSpace;
        Elapse(id, TimeSpan.Zero);
    }

    /// <summary>The snapshot's file turns out to be damaged: the replica drops it, and goes on without one to read from.</summary>
    public void DamageSnapshot(NodeId id) => _disks[id].Snapshots.Drop();

    public void Cut(NodeId from, NodeId to) => _cut.Add((from, to));

    public void Heal() => _cut.Clear();

    /// <summary>Delivers one message.</summary>
    /// <returns>Whether there was one.</returns>
    public bool DeliverOne(NodeId from, NodeId to)
    {
        if (!_links.TryGetValue((from, to), out var queue) || !queue.TryDequeue(out var frame))
        {
            return false;
        }

        Note($"{from}→{to} {Describe(from, frame)}");
        if (_running.TryGetValue(to, out var replica))
        {
            replica.Receive(from, frame);
            Settle();
        }

        return true;
    }

    /// <summary>Delivers everything that is under way, and what follows from it.</summary>
    public void DeliverAll()
    {
        for (var left = 10_000; _links.FirstOrDefault(link => link.Value.Count > 0) is { Value: not null } next; left--)
        {
            Assert.That(left, Is.GreaterThan(0), "the conversation ends");
            DeliverOne(next.Key.From, next.Key.To);
        }
    }

    /// <summary>Loses messages.</summary>
    public void Drop(NodeId from, NodeId to, int count)
    {
        for (; count > 0 && _links.TryGetValue((from, to), out var queue) && queue.TryDequeue(out var frame); count--)
        {
            Note($"{from}→{to} lost: {Describe(from, frame)}");
        }
    }

    /// <summary>A message that no replica of this cluster has sent is under way.</summary>
    public void Inject((NodeId From, NodeId To) link, ProtocolMessage message)
    {
        var frame = new ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, frame);
        Carry(link, frame.WrittenSpan.ToArray());
    }

    /// <summary>Puts a copy of the oldest message behind the others.</summary>
    public void Duplicate(NodeId from, NodeId to)
    {
        var queue = _links[(from, to)];
        queue.Enqueue(queue.Peek().ToArray());
    }

    /// <summary>Moves the oldest message behind the others.</summary>
    public void Delay(NodeId from, NodeId to)
    {
        var queue = _links[(from, to)];
        queue.Enqueue(queue.Dequeue());
    }

    public IEnumerable<NodeId> Nodes => _disks.Keys;

    public IEnumerable<(NodeId From, NodeId To)> Links => [.. _links.Keys];

    public void DescribeStatus()
    {
        foreach (var id in _disks.Keys)
        {
            if (!_running.TryGetValue(id, out var replica))
            {
                Note($"{id} is down");
                continue;
            }

            var status = replica.Status;
            var leader = status.Leader == NodeId.None ? "nobody" : $"{status.Leader}";
            Note($"{id} {status.Role.ToString().ToLowerInvariant()} t{status.TermOrView} of {leader}, log {replica.Core.Log.Base.Index}..{status.LastIndex}, commit {status.CommitIndex}, applied {replica.Applied}: {string.Join(' ', replica.State.Commands.Select(MessageText.Short))}");
        }
    }

    public void DescribeMembers()
    {
        foreach (var (id, replica) in _running)
        {
            Note($"{id} knows the members {MessageText.Of(replica.Status.Membership)}");
        }
    }

    public void DescribeLog(NodeId id)
    {
        var log = _running[id].Core.Log;
        for (var index = log.Base.Index.Next; index <= log.LastIndex; index = index.Next)
        {
            Note(MessageText.Of(log[index]));
        }
    }

    public void Dispose()
    {
        foreach (var replica in _running.Values)
        {
            replica.Dispose();
        }
    }

    void ITestWorld.OnSent(TestReplica from, NodeId to, byte[] frame)
    {
        if (!_cut.Contains((from.Id, to)))
        {
            Carry((from.Id, to), frame);
        }
    }

    void ITestWorld.OnBackgroundResult(TestReplica replica, Input result) => _results.Enqueue((replica, result));

    void ITestWorld.OnHappened(TestReplica replica, object happening)
    {
        var text = happening switch
        {
            RoleChanged changed => $"is {changed.Role.ToString().ToLowerInvariant()} in term {changed.TermOrView}",
            MembershipChanged changed => $"knows the members {MessageText.Of(changed.Membership)}",
            Refusal refusal => $"refuses #{refusal.Ticket.Value}: {refusal.Reason}",
            ConfirmedRead read => $"may read #{read.Ticket.Value} at {read.Index}",
            ControlCompletion completion => $"ends #{completion.Ticket.Value}: {MessageText.Of(completion.Result)}",
            StateDiverged diverged => $"finds the state of {diverged.Node} wrong at {diverged.Index}",
            AcknowledgedEntriesLost lost => $"finds that {lost.Node} has acknowledged {lost.Acknowledged} and has no more than {lost.Index}",
            _ => null,
        };
        if (text is not null)
        {
            Note($"{replica.Id} {text}");
        }
    }

    // Disks that are not held and threads beside the loop do their work at once.
    private void Settle()
    {
        for (var left = 10_000; ; left--)
        {
            Assert.That(left, Is.GreaterThan(0), "the work of disks and threads ends");
            if (_results.TryDequeue(out var report))
            {
                if (_running.GetValueOrDefault(report.Replica.Id) == report.Replica)
                {
                    report.Replica.Take(report.Result);
                }
            }
            else if (_running.Values.FirstOrDefault(replica => replica.IsFlushing && !_heldFlushes.Contains(replica.Id)) is { } flushing)
            {
                flushing.CompleteFlush();
            }
            else
            {
                return;
            }
        }
    }

    private void Carry((NodeId From, NodeId To) link, byte[] frame)
    {
        if (!_links.TryGetValue(link, out var queue))
        {
            _links.Add(link, queue = new Queue<byte[]>());
        }

        queue.Enqueue(frame);
    }

    private string Describe(NodeId from, byte[] frame)
    {
        Assert.That(_ingress.TryAccept(from, frame, out var input, out var defect), Is.True, defect);
        return MessageText.Of(input!.Message.Message);
    }

    private void Note(string line) => _happened.Append(line).Append('\n');
}
