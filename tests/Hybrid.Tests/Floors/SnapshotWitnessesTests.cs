using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Floors;

/// <summary>Which snapshots of a leader of Raft are taken by member 10 of four: one that so many have taken too that one of them does not lie.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SnapshotWitnessesTests
{
    private static readonly NodeId Leader = new(20);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(300);

    private readonly Group _group = new();
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly SnapshotWitnesses _witnesses;
    private readonly SnapshotDescriptor _snapshot;
    private Ticks _now = new(1000);

    public SnapshotWitnessesTests()
    {
        var known = _group.Know(_group.First);
        _witnesses = new SnapshotWitnesses(new RunningEpoch(known, new ScriptedCore(Group.Log(1)), new EpochScope(known, _group.Keys, LogPosition.Origin, default)), [Leader, new NodeId(30), new NodeId(40)]);
        _snapshot = At(9);
    }

    [Test]
    public void What_the_leader_says_alone_is_not_believed_and_the_others_are_asked_now_and_then()
    {
        for (var chunk = 0; chunk < 10; chunk++)
        {
            Assert.That(Believes(Leader, _snapshot), Is.False);
        }

        Assert.That(Asked, Is.EqualTo(new[] { 30u, 40u }));
        _now += Again;
        Assert.That(Believes(Leader, _snapshot), Is.False);
        Assert.That(Asked, Is.EqualTo(new[] { 30u, 40u, 30u, 40u }));
    }

    [Test]
    public void Another_one_who_has_taken_the_same_is_enough()
    {
        Believes(Leader, _snapshot);
        _witnesses.OnWitness(new NodeId(40), new SnapshotWitness(_group.First.Tag, _snapshot));

        Assert.That(Believes(Leader, _snapshot), Is.True);
        _effects.Clear();
        _now += Again;
        Assert.That(Believes(new NodeId(30), _snapshot), Is.True, "whoever sends it");
        Assert.That(_effects.Messages, Is.Empty);
    }

    [Test]
    public void The_leader_vouches_for_itself_once_however_often_it_says_so()
    {
        Believes(Leader, _snapshot);
        _witnesses.OnWitness(Leader, new SnapshotWitness(_group.First.Tag, _snapshot));

        Assert.That(Believes(Leader, _snapshot), Is.False);
    }

    // Bytes, members and time may be made up as well as the state.
    [TestCaseSource(nameof(Others))]
    public void One_that_is_another_in_anything_vouches_for_nothing(Func<SnapshotDescriptor, SnapshotDescriptor> change)
    {
        Believes(Leader, _snapshot);
        _witnesses.OnWitness(new NodeId(30), new SnapshotWitness(_group.First.Tag, change(_snapshot)));

        Assert.That(Believes(Leader, _snapshot), Is.False);
    }

    private static IEnumerable<TestCaseData> Others
    {
        get
        {
            yield return new TestCaseData((SnapshotDescriptor snapshot) => snapshot with { StateHash = FakeKeys.Hash(99) }).SetArgDisplayNames("State");
            yield return new TestCaseData((SnapshotDescriptor snapshot) => snapshot with { Checksum = FakeKeys.Hash(99) }).SetArgDisplayNames("Bytes");
            yield return new TestCaseData((SnapshotDescriptor snapshot) => snapshot with { Time = new Timestamp(99) }).SetArgDisplayNames("Time");
            yield return new TestCaseData((SnapshotDescriptor snapshot) => snapshot with { Membership = new ClusterMembership([new Member(new NodeId(7), "a")], []) }).SetArgDisplayNames("Members");
            yield return new TestCaseData((SnapshotDescriptor snapshot) => snapshot with { Position = snapshot.Position with { Chain = FakeKeys.Hash(99) } }).SetArgDisplayNames("History");
        }
    }

    [Test]
    public void What_was_said_about_one_is_nothing_about_the_next()
    {
        Believes(Leader, _snapshot);
        _witnesses.OnWitness(new NodeId(30), new SnapshotWitness(_group.First.Tag, _snapshot));

        Assert.That(Believes(Leader, At(19)), Is.False);
        _witnesses.OnWitness(new NodeId(30), new SnapshotWitness(_group.First.Tag, _snapshot));
        Assert.That(Believes(Leader, At(19)), Is.False);
        Assert.That(Believes(Leader, _snapshot), Is.True, "what is believed stays so");
    }

    [Test]
    public void A_replica_speaks_of_the_last_ones_that_it_has_taken_where_its_own_log_is_certified()
    {
        for (var index = 1UL; index <= SnapshotWitnesses.OwnMax + 1; index++)
        {
            _witnesses.OnSaved(At(index));
        }

        Assert.That(Answer(1, certified: 9), Is.Null, "too old");
        Assert.That(Answer(2, certified: 1), Is.Null, "not certified");
        Assert.That(Answer(10, certified: 20), Is.Null, "there is none");
        Assert.That(Answer(2, certified: 2), Is.EqualTo(At(2)));
        Assert.That(Answer(9, certified: 9), Is.EqualTo(At(9)));
    }

    [Test]
    public void Who_asks_again_and_again_is_answered_now_and_then()
    {
        _witnesses.OnSaved(_snapshot);
        for (var i = 0; i < 100; i++)
        {
            Ask(9, 9);
        }

        Assert.That(_effects.Messages, Has.Count.EqualTo(1));
    }

    private IEnumerable<uint> Asked => _effects.Messages.Where(sent => sent.Message is SnapshotQuestion { Index.Value: 9 }).Select(sent => sent.To.Value);

    private static SnapshotDescriptor At(ulong index) => new()
    {
        Epoch = Epoch.Zero,
        Position = Group.Position(index),
        Time = new Timestamp(5),
        Membership = ClusterMembership.Empty,
        StateHash = FakeKeys.Hash(1),
        Length = 100,
        Checksum = FakeKeys.Hash(2),
    };

    private bool Believes(NodeId from, SnapshotDescriptor snapshot) => _witnesses.Believes(from, snapshot, _now, _effects);

    private void Ask(ulong index, ulong certified) =>
        _witnesses.OnQuestion(new NodeId(30), new SnapshotQuestion(_group.First.Tag, new LogIndex(index)), new LogIndex(certified), _now, _effects);

    private SnapshotDescriptor? Answer(ulong index, ulong certified)
    {
        _effects.Clear();
        _now += Again;
        Ask(index, certified);
        return _effects.Messages.Select(sent => sent.Message).OfType<SnapshotWitness>().SingleOrDefault()?.Snapshot;
    }
}
