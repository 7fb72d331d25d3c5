using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>A node writes a term (record 1), and entries 1 to 3 (records 2 to 4) in two batches; then it starts with one thing or another.</summary>
public sealed class LogIsKeptTests
{
    private const ulong TermSlot = 1;
    private readonly List<string> _reports = [];
    private World _world = new(1, new SimulationOptions());
    private SimulatedNode _node = null!;
    private LogIsKept _checker = null!;

    [SetUp]
    public void WriteSomething()
    {
        _reports.Clear();
        _world = new World(1, new SimulationOptions());
        _node = _world.AddNode();
        _checker = new LogIsKept(_world.Observatory);
        _checker.Attach((_, description) => _reports.Add(description));
        _world.Observatory.OnStarted(_node, Recovered(0, 0, term: 0));
        Stage(new LogRecord(LogRecordKind.Slot, new Lsn(1), default, TermSlot, new byte[] { 1 }));
        Stage(Entry(1));
        _world.Observatory.OnDurable(_node, new Lsn(2));
        Stage(Entry(2));
        Stage(Entry(3));
        _world.Observatory.OnDurable(_node, new Lsn(4));
    }

    [Test]
    public void All_that_was_flushed_is_right() => AssertRight(Recovered(4, 3));

    [Test]
    public void Less_than_was_flushed_is_wrong() => AssertWrong(Recovered(2, 1));

    [Test]
    public void The_last_batch_may_be_missing_if_the_atlas_allows_it()
    {
        _world.Atlas.Damage(_node, _world.Observatory.LogOf(_node.Id).LastBatch, mayRefuse: false);
        AssertRight(Recovered(2, 1));
    }

    [Test]
    public void More_than_the_last_batch_is_never_missing_rightly()
    {
        _world.Atlas.Damage(_node, _world.Observatory.LogOf(_node.Id).LastBatch, mayRefuse: false);
        AssertWrong(Recovered(1, 0));
    }

    [Test]
    public void A_forgotten_term_is_wrong() => AssertWrong(Recovered(4, 3, term: 0));

    [Test]
    public void Another_entry_is_wrong() => AssertWrong(Recovered(4, 3, salt: 9));

    [Test]
    public void Records_that_nobody_wrote_are_wrong() => AssertWrong(Recovered(5, 3));

    [Test]
    public void What_was_not_flushed_may_have_survived_and_have_voided_what_was()
    {
        StageTruncation();
        AssertRight(Recovered(4, 3));
        AssertRight(Recovered(5, 1));
    }

    [Test]
    public void A_truncation_of_all_that_is_in_the_log_leaves_what_one_that_was_begun_anew_has()
    {
        StageTruncation();
        AssertRight(Recovered(5, 0, start: 1, snapshot: 1));
    }

    [Test]
    public void What_a_truncation_would_void_that_did_not_survive_is_not_missing_rightly()
    {
        StageTruncation();
        AssertWrong(Recovered(4, 1));
    }

    [TestCase(2UL)]
    [TestCase(3UL)]
    public void A_log_may_begin_behind_a_snapshot(ulong snapshot) => AssertRight(Recovered(4, 3, start: 2, snapshot: snapshot));

    [TestCase(1UL)]
    [TestCase(0UL)]
    public void A_log_that_begins_later_needs_a_snapshot_of_what_was_before(ulong snapshot) => AssertWrong(Recovered(4, 3, start: 2, snapshot: snapshot));

    [Test]
    public void A_log_that_was_begun_anew_behind_a_snapshot_is_right() => AssertRight(Recovered(5, 0, start: 7, snapshot: 7));

    [Test]
    public void A_log_behind_a_snapshot_that_ends_with_an_erased_value_was_not_begun_anew()
    {
        Stage(new LogRecord(LogRecordKind.Slot, new Lsn(5), default, TermSlot, default));
        AssertRight(Recovered(5, 0, term: 0, start: 7, snapshot: 7));
    }

    [Test]
    public void A_log_that_was_begun_anew_where_its_end_may_be_lost_is_right()
    {
        _world.Atlas.Damage(_node, new LogPart(new Lsn(3), EntryMark.Of(EntryOf(3, 0))), mayRefuse: false);
        AssertRight(Recovered(3, 0, start: 7, snapshot: 7));
    }

    [Test]
    public void A_log_that_was_begun_anew_where_its_end_must_be_kept_is_wrong() => AssertWrong(Recovered(3, 0, start: 7, snapshot: 7));

    private void AssertRight(RecoveredState recovered)
    {
        Start(recovered);
        Assert.That(_reports, Is.Empty);
    }

    private void AssertWrong(RecoveredState recovered)
    {
        Start(recovered);
        Assert.That(_reports, Has.Count.EqualTo(1));
    }

    private void Start(RecoveredState recovered)
    {
        _world.Observatory.OnFound(_node, recovered, _world.Atlas.LosableTail(_node));
        _checker.OnStarted(_node, recovered);
    }

    private void StageTruncation() =>
        Stage(new LogRecord(LogRecordKind.Truncate, new Lsn(5), new LogEntry(new LogIndex(2), default, default, default, default, default), 0, default));

    private void Stage(in LogRecord record) => _world.Observatory.OnStaged(_node, record);

    private static LogRecord Entry(ulong index) => new(LogRecordKind.Entry, new Lsn(index + 1), EntryOf(index, 0), 0, default);

    private static LogEntry EntryOf(ulong index, byte salt) =>
        new(new LogIndex(index), new Term(1), EntryKind.NoOp, default, default, Blake3.Hash([(byte)index, salt]));

    private static RecoveredState Recovered(ulong lsn, int last, byte term = 1, byte salt = 0, ulong start = 0, ulong snapshot = 0) => new()
    {
        Snapshot = snapshot == 0 ? null : new SnapshotDescriptor { Position = Position(snapshot), Membership = ClusterMembership.Empty, Time = default, Epoch = default, StateHash = default, Length = 0, Checksum = default },
        Base = start == 0 ? LogPosition.Origin : Position(start),
        Entries = [.. Enumerable.Range((int)start + 1, Math.Max(0, last - (int)start)).Select(index => EntryOf((ulong)index, salt))],
        Slots = term == 0
            ? ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty
            : ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty.Add(TermSlot, new[] { term }),
        LastLsn = new Lsn(lsn),
        Bootstrap = ClusterMembership.Empty,
        AcceptsWrites = true,
    };

    private static LogPosition Position(ulong index) => new(new LogIndex(index), new Term(1), EntryOf(index, 0).Chain);
}
