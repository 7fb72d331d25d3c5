using Consensus.Engine.Tests.Applying;
using Consensus.Engine.Tests.Lanes;

namespace Consensus.Engine.Tests.Hosting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FileWorkerTests
{
    private static readonly SnapshotDescriptor Snapshot = TestEntries.Snapshot(5, default);
    private static readonly NodeId Peer = new(2);

    private readonly VirtualLanes _lanes = new() { TellsFailures = false };
    private readonly FakeSnapshots _store = new();
    private readonly List<object> _told = [];
    private readonly ReplicaEvents _events = new();
    private readonly StatusBoard _status = new(new NodeId(1), "solo");
    private readonly IAsyncEnumerable<ConsensusEvent> _published;
    private readonly List<bool> _wasSaved = [];

    public FileWorkerTests() => _published = _events.Subscribe(CancellationToken.None);

    [Test]
    public void A_part_that_was_read_comes_back_with_whom_it_is_for()
    {
        _store.OnReadChunk = offset => new byte[] { (byte)offset };

        Run(new FileWork(new ReadSnapshotChunk(Peer, Snapshot, 7, 100)));

        var read = (SnapshotChunkRead)_told.Single();
        Assert.That((read.For, read.Snapshot, read.Offset, read.Data.Span[0]), Is.EqualTo((Peer, Snapshot, 7L, (byte)7)));
    }

    [Test]
    public async Task A_snapshot_that_turns_out_damaged_is_told_the_core_as_gone_and_observers_why_and_work_goes_on()
    {
        _store.OnReadChunk = static offset => offset == 7 ? throw new SnapshotDamagedException("rot") : new byte[] { 1 };

        Run(new FileWork(new ReadSnapshotChunk(Peer, Snapshot, 7, 100)), new FileWork(new ReadSnapshotChunk(Peer, Snapshot, 8, 100)));

        Assert.That(_told.Cast<SnapshotChunkRead>().Select(read => (read.Offset, read.Data.Length)), Is.EqualTo(new[] { (7L, 0), (8L, 1) }));
        Assert.That(await EventsAsync(), Is.EqualTo(new[] { new SnapshotUnreadable(Snapshot.Position.Index, "rot") }));
    }

    [Test]
    public void A_part_that_was_stored_tells_where_the_next_one_begins()
    {
        _store.OnStoreChunk = static offset => (offset + 3, true);

        Run(new FileWork(new StoreSnapshotChunk(Peer, Snapshot, 4, new byte[3])));

        Assert.That(_told, Is.EqualTo(new[] { new SnapshotChunkStored(Peer, Snapshot, 7, IsComplete: true) }));
    }

    [Test]
    public async Task A_full_disk_leaves_a_received_snapshot_where_it_was()
    {
        _store.OnStoreChunk = static _ => throw new SnapshotSpaceException("full");

        Run(new FileWork(new StoreSnapshotChunk(Peer, Snapshot, 4, new byte[3])));

        Assert.That(_told, Is.EqualTo(new[] { new SnapshotChunkStored(Peer, Snapshot, 4, IsComplete: false) }));
        Assert.That(await EventsAsync(), Is.EqualTo(new[] { new SnapshotPostponed("full") }));
    }

    [Test]
    public async Task A_saved_snapshot_is_reported_to_the_loop_the_status_and_observers()
    {
        var state = new State([1, 2, 3]);

        Run(new FileWork(null, Snapshot, state));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_store.Stored[Snapshot.Position.Index], Is.EqualTo(new byte[] { 1, 2, 3 }));
            Assert.That(_told, Is.EqualTo(new[] { new SnapshotSaved(Snapshot with { Length = 3 }) }));
            Assert.That(_status.Current.SnapshotIndex, Is.EqualTo(Snapshot.Position.Index));
            Assert.That(await EventsAsync(), Is.EqualTo(new[] { new SnapshotTaken(Snapshot.Position.Index, 3) }));
            Assert.That(state.Disposals, Is.EqualTo(1));
            Assert.That(_wasSaved, Is.EqualTo([true]));
        }
    }

    [Test]
    public async Task A_full_disk_postpones_the_own_snapshot_and_the_next_one_may_be_taken()
    {
        _store.OnSave = static () => throw new SnapshotSpaceException("full");
        var state = new State([]);

        Run(new FileWork(null, Snapshot, state));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_told, Is.EqualTo(new[] { SnapshotNotSaved.Instance }));
            Assert.That(await EventsAsync(), Is.EqualTo(new[] { new SnapshotPostponed("full") }));
            Assert.That(state.Disposals, Is.Zero, "whoever is told may try again");
            Assert.That(_wasSaved, Is.EqualTo([false]));
        }
    }

    [Test]
    public void A_disk_that_fails_ends_the_lane_and_lets_go_of_the_state()
    {
        _store.OnSave = static () => throw new IOException("broken");
        var (first, second) = (new State([]), new State([]));

        Run(new FileWork(null, Snapshot, first), new FileWork(null, Snapshot, second));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_lanes.Failures.Single(), Is.TypeOf<IOException>());
            Assert.That(_told, Is.Empty);
            Assert.That((first.Disposals, second.Disposals), Is.EqualTo((1, 1)), "saved in vain, and turned away");
        }
    }

    // The core relies on it: after the answer no snapshot of the state before comes any more.
    [Test]
    public void A_suspension_is_answered_behind_the_snapshot_that_was_under_way()
    {
        Run(new FileWork(null, Snapshot, new State([])), new FileWork(new SuspendSnapshots()));

        Assert.That(_told.Select(input => input.GetType()), Is.EqualTo(new[] { typeof(SnapshotSaved), typeof(SnapshotsSuspended) }));
    }

    private void Run(params FileWork[] work)
    {
        var setup = new ReplicaBench { Lanes = _lanes }.Setup() with { Snapshots = _store };
        using var files = new FileWorker(setup, item => _told.Add(item.Content), ended => _wasSaved.Add(ended.Saved is not null), _status, _events, static _ => { });
        Array.ForEach(work, files.Post);
        files.Start();
        _lanes.Run(TimeSpan.FromSeconds(1));
    }

    private async Task<IReadOnlyList<ConsensusEvent>> EventsAsync()
    {
        _events.Close(new ReplicaStopped(ConsensusFailure.Stopped, ""));
        var published = new List<ConsensusEvent>();
        await foreach (var happening in _published)
        {
            published.Add(happening);
        }

        return published[..^1];
    }

    private sealed class State(byte[] bytes) : IStateSnapshot
    {
        public int Disposals { get; private set; }

        public void WriteTo(Stream destination) => destination.Write(bytes);

        public void Dispose() => Disposals++;
    }
}
