using Consensus.Byzantine.Tests;
using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>
/// How node 10 gets to the end of an epoch. Its log has entries 5 to 10; it was started a moment ago, so that only entry 5 is applied again.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EpochEndTests
{
    private static readonly LogPosition Base = Group.Position(4);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Group _group = new();
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly LogEntry[] _log = Group.Log(8, Base);
    private Ticks _now = new(1000);

    [Test]
    public void Only_entries_behind_the_last_one_of_its_own_log_are_asked_for()
    {
        var bed = Begin(_log[..6]);
        bed.Decide(_log[7]);
        Assert.That(Asked.Single(), Is.EqualTo((20U, 11UL, 12UL)));
        Assert.That(Committed, Is.Empty, "whether its own entries lead there is not known yet");

        bed.Answer(20, _log[6..]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Committed, Is.EqualTo(Chains(_log[1..])));
            Assert.That(Appended, Is.EqualTo(Chains(_log[6..])), "its own are there");
            Assert.That(Truncated, Is.Empty);
            Assert.That(bed.End.Next!.Start, Is.EqualTo(Group.At(_log[7])));
            Assert.That(bed.End.IsReached, Is.True);
            Assert.That(Chains(bed.End.Fetched), Is.EqualTo(Chains(_log[6..])), "what others may need of it, its own log does not have");
        }
    }

    // Whoever led last had given it entries that nobody else has.
    [Test]
    public void If_its_last_entries_are_others_it_asks_from_the_floor_on()
    {
        LogEntry[] own = [.. _log[..4], .. Other(2, _log[3])];
        var bed = Begin(own);
        bed.Decide(_log[7], floor: _log[2]);
        bed.FailFrom(11, _log[6..]);

        Assert.That(Asked.Last(), Is.EqualTo((20U, 8UL, 12UL)));
        bed.Answer(20, _log[3..]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Committed, Is.EqualTo(Chains(_log[1..])));
            Assert.That(Truncated, Is.EqualTo(new ulong[] { 8 }));
            Assert.That(Appended, Is.EqualTo(Chains(_log[3..])));
            Assert.That(bed.End.IsReached, Is.True);
        }
    }

    [Test]
    public void If_its_log_does_not_go_through_the_floor_it_asks_from_what_it_has_applied_on()
    {
        LogEntry[] own = [_log[0], .. Other(5, _log[0])];
        var bed = Begin(own);
        bed.Decide(_log[7], floor: _log[2]);
        bed.FailFrom(11, _log[6..]);

        Assert.That(Asked.Last(), Is.EqualTo((20U, 6UL, 12UL)));
        bed.Answer(20, _log[1..]);
        Assert.That(Committed, Is.EqualTo(Chains(_log[1..])));
        Assert.That(Truncated, Is.EqualTo(new ulong[] { 6 }));
    }

    [Test]
    public void Its_own_log_is_enough_if_it_has_the_end()
    {
        var bed = Begin(_log[..6]);
        bed.Decide(_log[4]);
        bed.Advance();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Asked, Is.Empty);
            Assert.That(Committed, Is.EqualTo(Chains(_log[1..5])), "and nothing behind");
            Assert.That(bed.End.IsReached, Is.True);
        }
    }

    // The order is what ends the epoch, wherever it is found.
    [Test]
    public void An_order_among_its_own_entries_ends_the_epoch_there()
    {
        LogEntry[] log = [.. _log[..2], Group.Entry(7, Order(EpochProtocol.HotStuff), after: _log[1].Chain)];
        log = [.. log, .. Group.Log(5, Group.At(log[^1]))];
        var bed = Begin(log[..6]);
        bed.Decide(log[7]);
        bed.Answer(20, log[6..]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(bed.End.Next!.Start, Is.EqualTo(Group.At(log[2])));
            Assert.That(bed.End.Next.Protocol, Is.EqualTo(EpochProtocol.HotStuff));
            Assert.That(Committed, Is.EqualTo(Chains(log[1..3])));
            Assert.That(Truncated, Is.EqualTo(new ulong[] { 8 }));
            Assert.That(Appended, Is.Empty);
            Assert.That(bed.End.Fetched, Is.Empty);
        }
    }

    [Test]
    public void An_order_among_the_fetched_ones_ends_the_epoch_there()
    {
        LogEntry[] log = [.. _log[..6], Group.Entry(11, Order(EpochProtocol.HotStuff), after: _log[5].Chain)];
        log = [.. log, .. Group.Log(1, Group.At(log[^1]))];
        var bed = Begin(log[..6]);
        bed.Decide(log[7]);
        bed.Answer(20, log[6..]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(bed.End.Next!.Start, Is.EqualTo(Group.At(log[6])));
            Assert.That(bed.End.Next.Protocol, Is.EqualTo(EpochProtocol.HotStuff));
            Assert.That(Committed, Is.EqualTo(Chains(log[1..7])));
            Assert.That(Appended, Is.EqualTo(Chains(log[6..7])));
        }
    }

    // It was about to take the state at the beginning of the next epoch, for which its log on disk was cut.
    [Test]
    public void Entries_that_were_taken_from_its_log_on_disk_are_put_there_again()
    {
        var bed = Begin(_log[..6]);
        var following = _group.Certify(_group.First, Ending(_log[7]), 10, 20, 30);
        bed.Know(following);
        bed.FailFrom(11);
        bed.FailFrom(6);
        bed.Advance();
        Assert.That(Truncated, Is.EqualTo(new ulong[] { 6 }), "it is hopeless");
        Assert.That(Asked.Last().First, Is.EqualTo(11));

        bed.Answer(Asked.Last().To, _log[6..]);

        Assert.That(Appended, Is.EqualTo(Chains(_log[1..])));
        Assert.That(Committed, Is.EqualTo(Chains(_log[1..])));
    }

    // It is needed for the next epoch, and what leads there nobody keeps any more.
    [Test]
    public void If_nobody_has_the_entries_it_takes_the_state_at_the_end()
    {
        var bed = Begin(_log[..2]);
        bed.Believe(Ending(_log[7]));
        bed.FailFrom(7);
        Assert.That(StatesAsked, Is.Empty);
        bed.FailFrom(6);
        bed.Advance();
        Assert.That(StatesAsked, Is.EqualTo(new[] { (20U, 1UL), (30U, 1UL), (40U, 1UL) }));
        Assert.That(Truncated, Is.Empty, "as long as it is not here, its own log stays");

        var snapshot = bed.Fetch(_log[7]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_effects.Install, Is.EqualTo(snapshot));
            Assert.That(_effects.Records[^1].Kind, Is.EqualTo(LogRecordKind.Base));
            Assert.That(_effects.Records[^1].Entry.Index, Is.EqualTo(_log[7].Index));
            Assert.That(bed.End.IsReached, Is.True);
            Assert.That(bed.End.IsCut, Is.True, "there is nothing to cut");
        }

        bed.Answer(Asked.Last().To, _log[2..]);
        Assert.That(Committed, Is.Empty, "entries that come by now are not needed any more");
        bed.Advance();
        Assert.That(bed.Hash(12), Is.True);
        bed.Advance();
        Assert.That(Votes.Select(vote => vote.Content.Hash), Is.EqualTo(Enumerable.Repeat(Ending(_log[7]).Hash, 3)));
        Assert.That(_effects.Records.Where(record => record.Kind == LogRecordKind.Truncate), Is.Empty);
    }

    // With that state its log no longer has the order that ends the epoch.
    [Test]
    public void It_takes_no_state_before_it_is_on_disk_where_the_end_is()
    {
        var bed = Begin(_log[..2]);
        bed.Believe(Ending(_log[7]), Lsn.Zero);
        bed.FailFrom(7);
        bed.FailFrom(6);
        bed.Advance(Lsn.Zero);
        Assert.That(StatesAsked, Is.Empty);
        var saved = _effects.Records.Single();
        Assert.That(saved.Slot, Is.EqualTo(EpochSlots.Next));
        Assert.That(EpochSlots.ReadNext(saved.Value).Id, Is.EqualTo(Ending(_log[7]).Next.Id));

        bed.Advance(saved.Lsn);
        Assert.That(StatesAsked.Count(), Is.EqualTo(3));
    }

    [Test]
    public void Started_again_with_the_state_at_the_end_it_still_knows_that_it_is_there()
    {
        var bed = Begin(_log[..6]);
        bed.End.Recover(_group.First.Next(EpochProtocol.HotStuff, Group.At(_log[0]), _log[0].Time), null, _now);
        bed.Decide(_log[0]);
        bed.Advance(Lsn.Zero);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(bed.End.Next!.Protocol, Is.EqualTo(EpochProtocol.HotStuff), "by an order that it cannot see any more");
            Assert.That(bed.End.IsReached, Is.True);
            Assert.That(bed.End.IsSaid, Is.False);
            Assert.That(bed.IsFrozen, Is.True);
            Assert.That(bed.IsEndOnDisk, Is.True);
            Assert.That(_effects.Requests, Is.EqualTo(new[] { new HashState() }));
        }
    }

    [Test]
    public void It_takes_no_state_that_too_few_have_said()
    {
        var bed = Begin(_log[..2]);
        bed.Hear(20, Ending(_log[7]));
        bed.Decide(_log[7]);
        bed.FailFrom(7);
        bed.FailFrom(6);
        bed.Look();

        Assert.That(StatesAsked, Is.Empty);
        Assert.That(bed.End.Next, Is.Null);
    }

    // Only liars bring that about.
    [Test]
    public void If_it_has_applied_more_than_what_is_kept_it_takes_the_state_at_the_end()
    {
        var bed = Begin(_log[..6], applied: 5);
        bed.Believe(Ending(_log[2]));
        Assert.That(Asked, Is.Empty);
        Assert.That(StatesAsked.Count(), Is.EqualTo(3));
        bed.Fetch(_log[2]);

        Assert.That(bed.End.IsReached, Is.True);
    }

    [Test]
    public void Entries_that_come_in_the_meantime_make_the_state_needless()
    {
        var bed = Begin(_log[..6]);
        bed.Believe(Ending(_log[7]));
        bed.FailFrom(11);
        bed.FailFrom(6);
        bed.Advance();
        bed.Answer(Asked.Last().To, _log[6..]);
        bed.Advance();

        bed.Fetch(_log[7]);
        Assert.That(_effects.Install, Is.Null);
        Assert.That(bed.End.IsReached, Is.True);
    }

    [Test]
    public void When_the_next_epoch_has_begun_it_takes_the_state_there_instead()
    {
        var bed = Begin(_log[..2]);
        bed.Believe(Ending(_log[7]));
        bed.FailFrom(7);
        bed.FailFrom(6);
        bed.Advance();
        var beginning = _group.Certify(_group.First, Ending(_log[7]), 10, 20, 30);
        bed.Know(beginning);
        bed.Advance();
        Assert.That(bed.Fetch(_log[7]), Is.Not.Null);
        Assert.That(_effects.Install, Is.Null);

        Assert.That(bed.Fetch(Snapshots.Of(beginning)), Is.True);
    }

    [Test]
    public void In_an_epoch_of_raft_an_order_alone_does_not_say_where_the_end_is()
    {
        LogEntry[] log = [.. _log[..1], Group.Entry(6, Order(EpochProtocol.HotStuff), after: _log[0].Chain)];
        var bed = Begin(log);
        bed.Commit(log[1]);
        bed.Look();
        Assert.That(bed.End.Next, Is.Null);

        bed.Decide(log[1]);
        Assert.That(bed.End.Next!.Protocol, Is.EqualTo(EpochProtocol.HotStuff));
        Assert.That(bed.End.IsReached, Is.True);
    }

    [Test]
    public void In_other_epochs_it_does()
    {
        var first = EpochDescriptor.First(Group.Cluster, EpochProtocol.Pbft, _group.Members, [_group.Operator.PublicKey]);
        var order = Group.Entry(1, Payload(SealOrder.Give(first, new NextEpoch(EpochProtocol.HotStuff), _group.Operator)));
        var bed = new Bed(this, first, EmptyDisk.Found, LogPosition.Origin);
        bed.Commit(order);
        bed.Look();

        Assert.That(bed.End.Next!.Start, Is.EqualTo(Group.At(order)));
        Assert.That(bed.End.Next.Protocol, Is.EqualTo(EpochProtocol.HotStuff));
    }

    [Test]
    public void One_that_says_where_the_end_is_is_not_believed_and_two_are()
    {
        var bed = Begin(_log[..6]);
        bed.Hear(20, Ending(_log[4]));
        bed.Look();
        Assert.That(bed.End.Next, Is.Null);
        bed.Hear(30, Ending(_log[4]));
        bed.Look();

        Assert.That(bed.End.Next!.Start, Is.EqualTo(Group.At(_log[4])));
    }

    [Test]
    public void At_the_end_it_hashes_its_state_once_and_says_so_until_the_next_epoch_begins()
    {
        var bed = Begin(_log[..6]);
        bed.Decide(_log[4]);
        bed.Advance();
        bed.Advance();
        Assert.That(_effects.Requests, Is.EqualTo(new[] { new HashState() }));
        Assert.That(Votes, Is.Empty);

        Assert.That(bed.Hash(8), Is.False, "of another place");
        Assert.That(bed.Hash(9), Is.True);
        Assert.That(_effects.Records.Select(record => record.Slot), Does.Contain(EpochSlots.Ended));
        bed.Advance();
        bed.Advance();
        Assert.That(Votes.Select(vote => vote.To), Is.EqualTo(new uint[] { 20, 30, 40 }));
        Assert.That(Votes.Select(vote => vote.Content.StateHash), Is.All.EqualTo(FakeKeys.Hash(3)));
        Assert.That(Votes.Select(vote => vote.Content.Next.Start), Is.All.EqualTo(Group.At(_log[4])));
        _now += Interval;
        bed.Advance();
        Assert.That(Votes.Count(), Is.EqualTo(6));
    }

    [Test]
    public void What_it_had_said_before_it_was_started_again_it_says_again()
    {
        var bed = Begin(_log[..6]);
        var said = Ending(_log[4]);
        bed.End.Recover(null, said, _now);
        bed.Advance();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(bed.End.IsSaid, Is.True);
            Assert.That(Votes.Select(vote => vote.Content), Is.All.EqualTo(said).And.Exactly(3).Items);
            Assert.That(bed.End.IsReached, Is.True, "and applies what leads there");
            Assert.That(_effects.Requests, Is.Empty, "the state it has said before");
        }
    }

    private IEnumerable<(uint To, ulong First, ulong Last)> Asked =>
        _effects.Messages.Where(sent => sent.Message is EntriesRequest).Select(sent => (sent.To.Value, ((EntriesRequest)sent.Message).Before.Index.Value + 1, ((EntriesRequest)sent.Message).Last.Index.Value));

    private IEnumerable<(uint To, ulong Epoch)> StatesAsked =>
        _effects.Messages.Where(sent => sent.Message is StateRequest).Select(sent => (sent.To.Value, ((StateRequest)sent.Message).Epoch.Value));

    private IEnumerable<(uint To, HandoverContent Content)> Votes =>
        _effects.Messages.Where(sent => sent.Message is HandoverVote).Select(sent => (sent.To.Value, ((HandoverVote)sent.Message).Content));

    private IEnumerable<Digest> Committed => Chains(_effects.Committed);

    private IEnumerable<Digest> Appended => Chains(_effects.Records.Where(record => record.Kind == LogRecordKind.Entry).Select(record => record.Entry));

    private IEnumerable<ulong> Truncated => _effects.Records.Where(record => record.Kind == LogRecordKind.Truncate).Select(record => record.Entry.Index.Value);

    private static IEnumerable<Digest> Chains(IEnumerable<LogEntry> entries) => entries.Select(entry => entry.Chain);

    /// <summary>Entries that others do not have.</summary>
    private static LogEntry[] Other(int count, LogEntry behind)
    {
        var first = Group.Entry(behind.Index.Value + 1, [99], after: behind.Chain);
        return [first, .. Group.Log(count - 1, Group.At(first))];
    }

    private static byte[] Payload(SealOrder order)
    {
        var bytes = order.ToBytes();
        var payload = new byte[CommandEnvelope.HeaderSize + bytes.Length];
        CommandEnvelope.WriteHeader(payload, CommandKind.Seal, new RequestId(new ClientId(1), 1), 0);
        bytes.CopyTo(payload, CommandEnvelope.HeaderSize);
        return payload;
    }

    private byte[] Order(EpochProtocol protocol) => Payload(SealOrder.Give(_group.First, new NextEpoch(protocol), _group.Operator));

    private HandoverContent Ending(LogEntry last) => new(_group.First.Next(EpochProtocol.Pbft, Group.At(last), last.Time), FakeKeys.Hash(3));

    private Bed Begin(LogEntry[] log, int applied = 1) => new(this, _group.First, EmptyDisk.Found with { Base = Base, Entries = log, Applied = log[applied - 1].Index }, Group.At(log[applied - 1]));

    /// <summary>The replica, with what was found on its disk.</summary>
    private sealed class Bed
    {
        private readonly EpochEndTests _test;
        private readonly RunningEpoch _epoch;
        private readonly EpochChain _chain;

        public Bed(EpochEndTests test, EpochDescriptor epoch, RecoveredState found, LogPosition handed)
        {
            _test = test;
            var known = test._group.Know(epoch);
            var core = known.Engine.CreateCore(new CoreContext { Self = new NodeId(10), Epoch = Epoch.Zero, Recovered = found, Seed = 1, Now = test._now });
            _epoch = new RunningEpoch(known, core, new EpochScope(known, test._group.Keys, handed, default));
            End = new EpochEnd(_epoch, test._group.Engine(), [new NodeId(20), new NodeId(30), new NodeId(40)]);
            _chain = new EpochChain(test._group.Engine(), [], []);
        }

        public EpochEnd End { get; }

        public bool IsFrozen => _epoch.IsFrozen;

        public bool IsEndOnDisk => _epoch.Scope.IsEndOnDisk;

        public void Commit(LogEntry entry)
        {
            _test._effects.Enter(_epoch.Scope);
            _test._effects.Commit(entry);
            _test._effects.Leave();
        }

        public void Look() => End.Look(_chain.Following, null, null, _test._now, _test._effects);

        /// <summary>It is decided which entry is the last that may be kept.</summary>
        public void Decide(LogEntry last, LogEntry? floor = null) => End.Look(null, Group.At(last), floor is { } entry ? Group.At(entry) : null, _test._now, _test._effects);

        /// <summary>It is told what begins the next epoch.</summary>
        public void Know(HandoverCertificate following)
        {
            _chain.OnComplete(following, _test._effects);
            Look();
            Advance();
        }

        public void Hear(uint from, HandoverContent content) => _epoch.Votes.Add(new NodeId(from), content, _test._group.Sign(from, _epoch.Descriptor, content));

        /// <summary>Two say where the end is.</summary>
        public void Believe(HandoverContent content, Lsn? durable = null)
        {
            Hear(20, content);
            Hear(30, content);
            Look();
            Advance(durable);
        }

        /// <summary>Two offer the state after an entry, and send it.</summary>
        public SnapshotDescriptor Fetch(LogEntry last)
        {
            var snapshot = Snapshots.At(Group.At(last), Epoch.Zero);
            Assert.That(Fetch(snapshot), Is.False, "it is not a state to jump to");
            return snapshot;
        }

        /// <summary>Two offer a state, and send it.</summary>
        /// <returns>Whether it is that at the beginning of a later epoch.</returns>
        public bool Fetch(SnapshotDescriptor snapshot)
        {
            End.OnOffer(new NodeId(20), new StateOffer(snapshot), _test._now, _test._effects);
            End.OnOffer(new NodeId(30), new StateOffer(snapshot), _test._now, _test._effects);
            return End.OnStored(new SnapshotChunkStored(new NodeId(30), snapshot, snapshot.Length, true), _test._now, _test._effects) == snapshot;
        }

        public void Advance(Lsn? durable = null) => End.Advance(_chain, durable ?? new Lsn(1000), _test._now, _test._effects);

        public bool Hash(ulong index) => End.TryTake(new StateHashed(new LogIndex(index), FakeKeys.Hash(3)), _test._now, _test._effects);

        public void Answer(uint from, params LogEntry[] entries) => Answer(from, entries[0].Index, entries);

        /// <summary>All others answer with something else, or nothing, to what they are asked from an entry on.</summary>
        public void FailFrom(ulong first, params LogEntry[] entries)
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.That(_test.Asked.Last().First, Is.EqualTo(first));
                Answer(_test.Asked.Last().To, new LogIndex(first), entries);
            }
        }

        private void Answer(uint from, LogIndex first, LogEntry[] entries)
        {
            LogEntry[] bare = [.. entries.Select(entry => entry with { Chain = default })];
            var asked = _test._effects.Messages.Select(sent => sent.Message).OfType<EntriesRequest>().Last();
            Assert.That(asked.Before.Index.Next, Is.EqualTo(first));
            End.OnEntries(new NodeId(from), new EntriesAnswer(asked.Before, asked.Last, bare), _test._now, _test._effects);
        }
    }
}
