using Consensus.Byzantine.Tests;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid.Tests.Epochs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LatecomerDeskTests
{
    private static readonly NodeId Latecomer = new(20);
    private static readonly LogPosition Base = Group.Position(4);

    private readonly Group _group = new();
    private readonly LatecomerDesk _desk = new();
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly LogEntry[] _entries = Group.Log(6, Base);
    private readonly RunningEpoch _epoch;
    private readonly SnapshotDescriptor _end;

    /// <summary>An epoch of Raft whose log has forgotten the first four entries, and of which ten are applied.</summary>
    public LatecomerDeskTests()
    {
        var known = _group.Know(_group.First);
        var core = known.Engine.CreateCore(new CoreContext
        {
            Self = new NodeId(10),
            Epoch = Epoch.Zero,
            Recovered = EmptyDisk.Found with { Base = Base, Entries = _entries, Applied = new LogIndex(10) },
            Seed = 1,
            Now = Ticks.Zero,
        });
        var scope = new EpochScope(known, _group.Keys, Group.At(_entries[^1]), default);
        scope.CompactTo(Base.Index);
        _epoch = new RunningEpoch(known, core, scope);
        _end = Snapshots.At(Group.At(_entries[^1]), Epoch.Zero);
    }

    [Test]
    public void An_engine_that_has_forgotten_its_first_entries_leaves_the_others_behind()
    {
        var next = _group.First.Next(EpochProtocol.Pbft, Group.At(_entries[^1]), new Timestamp(5));
        _desk.Keep(_epoch, [], next.ToEntry());

        Assert.That(Asked(5, 11), Is.EqualTo(new ulong[] { 5, 6, 7, 8, 9, 10, 11 }));
        Assert.That(Asked(4, 11), Is.Empty);
    }

    [Test]
    public void What_was_fetched_comes_behind_what_the_engine_had()
    {
        var fetched = Group.Log(2, Group.At(_entries[3]));
        var next = _group.First.Next(EpochProtocol.Pbft, Group.At(fetched[^1]), new Timestamp(5));
        _desk.Keep(_epoch, fetched, next.ToEntry());

        Assert.That(Asked(7, 11), Is.EqualTo(new ulong[] { 7, 8, 9, 10, 11 }));
    }

    [Test]
    public void Of_the_epoch_that_runs_only_what_is_applied_is_given_away()
    {
        Assert.That(Asked(5, 20), Is.EqualTo(new ulong[] { 5, 6, 7, 8, 9, 10 }));
        Assert.That(Asked(11, 20), Is.Empty);
    }

    [Test]
    public void At_the_end_a_snapshot_is_taken_for_who_asks_for_it_and_offered_when_it_is_there()
    {
        Assert.That(Answer(new StateRequest(new Epoch(1))), Is.Empty);
        Assert.That(_effects.Requests, Is.Empty, "it is not known where the end is");

        _epoch.Scope.Stop = _entries[^1].Index;
        Assert.That(Answer(new StateRequest(new Epoch(1))), Is.Empty);
        Assert.That(_effects.Requests, Is.Empty, "nor would it be after a restart, if there were a snapshot");

        _epoch.Scope.IsEndOnDisk = true;
        Assert.That(Answer(new StateRequest(new Epoch(1))), Is.Empty);
        Assert.That(_effects.Requests, Is.EqualTo(new[] { new TakeSnapshot(Anywhere: true) }));

        _epoch.Scope.OnSaved(_end);
        Assert.That(Answer(new StateRequest(new Epoch(1))), Is.EqualTo(new[] { new StateOffer(_end) }));
        Assert.That(Answer(new StatePartRequest(new Epoch(1), 40)), Is.Empty);
        Assert.That(_effects.Requests.Single(), Is.EqualTo(new ReadSnapshotChunk(Latecomer, _end, 40, 256 * 1024)));
    }

    [Test]
    public void A_snapshot_of_another_place_is_not_that_of_the_end()
    {
        _epoch.Scope.IsEndOnDisk = true;
        _epoch.Scope.OnSaved(_end);
        Assert.That(_epoch.Scope.End, Is.Null, "nor is it one while nobody knows where that is");
        _epoch.Scope.Stop = _entries[^1].Index;
        Assert.That(_epoch.Scope.End, Is.EqualTo(_end));
        _epoch.Scope.OnSaved(Snapshots.Of(7));
        Assert.That(_epoch.Scope.End, Is.EqualTo(_end), "one that took longer to save");

        _epoch.Scope.Stop = _entries[^1].Index.Next;
        Assert.That(_epoch.Scope.End, Is.Null);
    }

    // Engines that agree on blocks count their snapshots, and vouch for them.
    [Test]
    public void Of_another_engine_than_raft_no_snapshot_is_taken_at_the_end()
    {
        var next = _group.First.Next(EpochProtocol.Pbft, Group.At(_entries[^1]), new Timestamp(5));
        var beginning = next.ToEntry();
        var known = _group.Know(next);
        var core = known.Engine.CreateCore(new CoreContext
        {
            Self = new NodeId(10),
            Epoch = next.Number,
            Recovered = EmptyDisk.Found with { Base = Group.At(beginning), Applied = beginning.Index },
            Seed = 1,
            Now = Ticks.Zero,
        });
        var epoch = new RunningEpoch(known, core, new EpochScope(known, _group.Keys, Group.At(beginning), default) { Stop = beginning.Index, IsEndOnDisk = true });

        _desk.OnRequest(Latecomer, new StateRequest(new Epoch(2)), epoch, Ticks.Zero, _effects);

        Assert.That(_effects.Requests, Is.Empty);
        epoch.Scope.OnSaved(Snapshots.At(Group.At(beginning), new Epoch(1)));
        Assert.That(epoch.Scope.End, Is.Null, "it is the engine's");
    }

    [Test]
    public void Who_asks_for_too_much_gets_no_answer_and_nobody_else_notices()
    {
        var answered = 0;
        for (var i = 0; i < 1000; i++)
        {
            _effects.Clear();
            Ask(Latecomer, 5, 10);
            answered += _effects.Messages.Count;
        }

        _effects.Clear();
        Ask(new NodeId(30), 5, 10);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answered, Is.InRange(1, 999));
            Assert.That(_effects.Messages, Has.Count.EqualTo(1));
        }
    }

    private IEnumerable<ProtocolMessage> Answer(ProtocolMessage request)
    {
        _effects.Clear();
        _desk.OnRequest(Latecomer, request, _epoch, Ticks.Zero, _effects);
        return _effects.Messages.Select(sent => sent.Message);
    }

    private ulong[] Asked(ulong first, ulong last)
    {
        _effects.Clear();
        Ask(Latecomer, first, last);
        return [.. ((EntriesAnswer)_effects.Messages.Single().Message).Entries.ToArray().Select(entry => entry.Index.Value)];
    }

    private void Ask(NodeId from, ulong first, ulong last) =>
        _desk.OnRequest(from, new EntriesRequest(new LogIndex(first), new LogIndex(last)), _epoch, Ticks.Zero, _effects);
}
