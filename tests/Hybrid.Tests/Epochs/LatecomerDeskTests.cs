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
        var beginning = next.ToEntry();
        _desk.Keep(_epoch, [], beginning);

        Assert.That(Asked(Base, Group.At(beginning)), Is.EqualTo(new ulong[] { 5, 6, 7, 8, 9, 10, 11 }));
        Assert.That(Asked(Group.Position(3), Group.At(beginning)), Is.Empty);
        Assert.That(Asked(Group.Position(5), Group.At(beginning)), Is.Empty, "behind another entry");
        Assert.That(Asked(Base, Group.Position(11)), Is.Empty, "up to another one");
    }

    [Test]
    public void What_was_fetched_comes_behind_what_the_engine_had()
    {
        var fetched = Group.Log(2, Group.At(_entries[3]));
        var next = _group.First.Next(EpochProtocol.Pbft, Group.At(fetched[^1]), new Timestamp(5));
        var beginning = next.ToEntry();
        _desk.Keep(_epoch, fetched, beginning);

        Assert.That(Asked(_entries[1], beginning), Is.EqualTo(new ulong[] { 7, 8, 9, 10, 11 }));
    }

    [Test]
    public void Of_the_epoch_that_runs_only_what_is_applied_is_given_away()
    {
        Assert.That(Asked(Base, Group.At(_entries[^1])), Is.EqualTo(new ulong[] { 5, 6, 7, 8, 9, 10 }));
        Assert.That(Asked(_entries[^1], Group.Log(1, Group.At(_entries[^1]))[0]), Is.Empty);
    }

    // Whoever does not have both ends must not be taken for one that alters what lies between.
    [Test]
    public void Only_who_has_both_the_entry_before_and_the_last_one_sends_what_lies_between()
    {
        Assert.That(Asked(_entries[0], _entries[3]), Is.EqualTo(new ulong[] { 6, 7, 8 }));
        Assert.That(Asked(Group.Position(5), Group.At(_entries[3])), Is.Empty);
        Assert.That(Asked(Group.At(_entries[0]), Group.Position(8)), Is.Empty);
    }

    [Test]
    public void Of_an_engine_that_goes_on_the_payloads_are_copied()
    {
        Asked(Base, Group.At(_entries[^1]));
        var answered = Answered.Entries.Span[0].Payload;

        Assert.That(answered.ToArray(), Is.EqualTo(_entries[0].Payload.ToArray()));
        Assert.That(answered.Equals(_epoch.Core.ReadEntries(_entries[0].Index, 0).Span[0].Payload), Is.False);
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
            Ask(Latecomer);
            answered += _effects.Messages.Count;
        }

        _effects.Clear();
        Ask(new NodeId(30));
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

    private ulong[] Asked(LogEntry before, LogEntry last) => Asked(Group.At(before), Group.At(last));

    private ulong[] Asked(LogPosition before, LogPosition last)
    {
        _effects.Clear();
        _desk.OnRequest(Latecomer, new EntriesRequest(before, last), _epoch, Ticks.Zero, _effects);
        Assert.That((Answered.Before, Answered.Last), Is.EqualTo((before, last)), "the answer says to what");
        return [.. Answered.Entries.ToArray().Select(entry => entry.Index.Value)];
    }

    private EntriesAnswer Answered => (EntriesAnswer)_effects.Messages.Single().Message;

    private void Ask(NodeId from) => _desk.OnRequest(from, new EntriesRequest(Base, Group.At(_entries[^1])), _epoch, Ticks.Zero, _effects);
}
