using System.Buffers;
using System.Text;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Raft.Tests.Cluster;

/// <summary>One run of a replica, from start to crash: the shipped core, driver and applier over a test's disk and network.</summary>
internal sealed class TestReplica : IReplicaHost, IApplierHost, IDisposable
{
    private readonly ITestWorld _world;
    private readonly TestDisk _disk;
    private readonly TestLog _log;
    private readonly RaftEngine _engine;
    private readonly MessageIngress _ingress;
    private readonly Applier _applier;
    private readonly ReplicaDriver _driver;
    private ILogBatch? _flushing;

    public TestReplica(NodeId id, TestDisk disk, ITestWorld world, RaftOptions options, SnapshotPolicy snapshots, ulong seed, Ticks now)
    {
        Id = id;
        Now = now;
        _world = world;
        _disk = disk;
        _engine = new RaftEngine(options);
        _ingress = new MessageIngress(_engine.Codec, _engine.Verifier);
        var recovered = disk.Recover();
        _log = new TestLog(disk);
        Core = (RaftCore)_engine.CreateCore(new CoreContext { Self = id, Epoch = default, Recovered = recovered, Seed = seed, Now = now });
        _driver = new ReplicaDriver(Core, _log, this);
        _applier = new Applier(State, disk.Snapshots, this, snapshots, _engine.MarksCheckpoints, default, recovered);
    }

    public NodeId Id { get; }

    /// <summary>The replica's own clock.</summary>
    public Ticks Now { get; private set; }

    public RaftCore Core { get; }

    public ListState State { get; } = new();

    public LogIndex Applied => _applier.Applied;

    public CoreStatus Status => _driver.Status;

    public Ticks NextDeadline => _driver.NextDeadline;

    public bool IsFlushing => _flushing is not null;

    /// <summary>One turn with one input.</summary>
    public void Take(Input input)
    {
        _driver.Step(Now, input);
        _driver.EndTurn(Now);
    }

    /// <summary>A frame arrives.</summary>
    public void Receive(NodeId from, byte[] frame)
    {
        Assert.That(_ingress.TryAccept(from, frame, out var input, out var defect), Is.True, defect);
        Take(input!);

        // The host may reuse the frame's memory after the turn: whatever still refers to it shows.
        frame.AsSpan().Fill(0xEE);
    }

    /// <summary>The replica's clock goes on; it gets a turn.</summary>
    public void Elapse(Ticks to)
    {
        Assert.That(to, Is.GreaterThanOrEqualTo(Now));
        Now = to;
        _driver.EndTurn(Now);
    }

    public void CompleteFlush()
    {
        var batch = _flushing!;
        _flushing = null;
        _log.Persist(batch);
        _driver.OnFlushed(Now, new LogDurable(batch.LastLsn));
        _driver.EndTurn(Now);
    }

    /// <summary>The replica's process ends: of a batch under way, the disk has kept the first records.</summary>
    public void Crash(int recordsKept)
    {
        if (_flushing is TestLog.Batch batch)
        {
            _log.PersistPart(batch, Math.Min(recordsKept, batch.Records.Count));
        }
    }

    public void Dispose() => _log.Dispose();

    public void Propose(ulong ticket, string command, Timestamp time) =>
        Take(new CommandsProposed(new[] { new Proposal(new Ticket(ticket), Encoding.UTF8.GetBytes(command)) }, time));

    void IReplicaHost.BeginFlush(ILogBatch batch)
    {
        Assert.That(_flushing, Is.Null, "one flush at a time");
        _flushing = batch;
    }

    void IReplicaHost.BeginCompaction(LogIndex index) => _log.Compact(index);

    void IReplicaHost.Send(NodeId to, ProtocolMessage message)
    {
        if (message is PromiseMessage promise)
        {
            Assert.That(promise.AfterLsn, Is.LessThanOrEqualTo(_disk.LastLsn), $"{message} leaves when it is durable");
        }

        var frame = new ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, frame);
        _world.OnSent(this, to, frame.WrittenSpan.ToArray());
    }

    void IReplicaHost.FlushMessages()
    {
    }

    void IReplicaHost.Apply(IReadOnlyList<LogEntry> entries) => _applier.Apply(entries.ToArray());

    void IReplicaHost.Install(SnapshotDescriptor snapshot) => _applier.Install(snapshot);

    void IReplicaHost.Begin(BackgroundRequest request)
    {
        switch (request)
        {
            case ReadSnapshotChunk read:
                var data = _disk.Snapshots.ReadChunk(read.Snapshot, read.Offset, read.BytesMax);
                _world.OnBackgroundResult(this, new SnapshotChunkRead(read.For, read.Snapshot, read.Offset, data.ToArray()));
                break;
            case StoreSnapshotChunk store:
                var (next, isComplete) = _disk.Snapshots.StoreChunk(store.Snapshot, store.Offset, store.Data.Span);
                _world.OnBackgroundResult(this, new SnapshotChunkStored(store.From, store.Snapshot, next, isComplete));
                break;
            case TakeSnapshot take:
                _applier.TakeSnapshot(take.Anywhere);
                break;
            case SuspendSnapshots:
                _applier.SuspendSnapshots();
                _world.OnBackgroundResult(this, new SnapshotsSuspended());
                break;
        }
    }

    void IReplicaHost.Keep(EquivocationEvidence evidence) => throw new InvalidOperationException($"Raft accuses nobody, and yet: {evidence}");

    void IReplicaHost.Refuse(Refusal refusal) => _world.OnHappened(this, refusal);

    void IReplicaHost.ConfirmRead(ConfirmedRead read) => _world.OnHappened(this, read);

    void IReplicaHost.CompleteControl(ControlCompletion completion) => _world.OnHappened(this, completion);

    void IReplicaHost.Raise(ConsensusEvent happening) => _world.OnHappened(this, happening);

    void IApplierHost.OnCommandApplied(in LogEntry entry, in AppliedCommand command) => _world.OnHappened(this, command);

    void IApplierHost.OnApplied(LogIndex index)
    {
        // Nobody in these tests waits for it.
    }

    void IApplierHost.OnStateHashed(LogIndex index, Digest hash) => _world.OnBackgroundResult(this, new StateHashed(index, hash));

    void IApplierHost.OnInstalled(SnapshotDescriptor snapshot) => _world.OnBackgroundResult(this, new SnapshotRestored(snapshot));

    void IApplierHost.SaveSnapshot(SnapshotDescriptor draft, IStateSnapshot state)
    {
        var saved = _disk.Snapshots.Save(draft, state.WriteTo);
        state.Dispose();
        _applier.OnSnapshotEnded(saved);
        _world.OnBackgroundResult(this, new SnapshotSaved(saved));
    }
}
