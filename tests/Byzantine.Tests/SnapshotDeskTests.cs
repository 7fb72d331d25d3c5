namespace Consensus.Byzantine.Tests;

/// <summary>When a replica says which snapshot it has, believes that others have the same, and gives up its log.</summary>
[TestFixture("pbft")]
[TestFixture("hotstuff")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SnapshotDeskTests
{
    private readonly string _engine;
    private readonly Block[] _blocks = [.. Enumerable.Range(1, 8).Select(i => Samples.Block(i, Samples.Batch(1, (ulong)i, $"command {i}").SignedBy(Samples.Identity(1))))];
    private readonly LogPosition[] _positions;
    private Newcomer _replica;

    public SnapshotDeskTests(string engine)
    {
        _engine = engine;
        _replica = new Newcomer(EngineUnderTest.Create(engine, 3));
        var log = new BlockLog(EmptyDisk.Found, 4);
        foreach (var block in _blocks)
        {
            log.Append(block, new EffectBuffer(Lsn.Zero));
        }

        _positions = [.. Enumerable.Range(0, 9).Select(i => log.PositionAfter(new SequenceNumber((ulong)i)))];
    }

    private SnapshotDescriptor Mine => Newcomer.Snapshot(8, [1, 2, 3]) with { Position = _positions[8] };

    [Test]
    public void A_snapshot_is_spoken_of_when_its_checkpoint_is_stable()
    {
        _replica.Step(new SnapshotSaved(Mine));
        Assert.That(_replica.SentOf<SnapshotVote>(), Is.Empty, "nobody knows yet whether the state is right");

        Reach(8);

        Assert.That(_replica.SentOf<SnapshotVote>().Select(vote => (vote.Snapshot, vote.NeedsAnswer)), Is.EqualTo(Enumerable.Repeat((Mine, true), 3)));
    }

    [Test]
    public void One_equal_statement_more_is_a_certificate_and_another_ones_is_none()
    {
        Take();

        _replica.Receive(2, Newcomer.Vote(2, Mine with { Checksum = Blake3.Hash([7]) }));
        _replica.Receive(2, Newcomer.Vote(2, Mine));
        Assert.That(OfferedTo(4), Is.Null, "a member has one statement");
        _replica.Receive(1, Newcomer.Vote(1, Mine));

        Assert.That(OfferedTo(4)!.Snapshot, Is.EqualTo(Mine));
    }

    [Test]
    public void The_log_is_given_up_when_the_certificate_is_on_disk_and_not_before()
    {
        Take();
        _replica.Flush();
        Assert.That(_replica.Effects.CompactUpTo, Is.EqualTo(LogIndex.Zero), "no certificate");

        _replica.Receive(1, Newcomer.Vote(1, Mine));
        Assert.That(_replica.Effects.CompactUpTo, Is.EqualTo(LogIndex.Zero), "not on disk");

        _replica.Flush();
        Assert.That(_replica.Effects.CompactUpTo, Is.EqualTo(_positions[6].Index), "two blocks trail");
    }

    [Test]
    public void Who_lacks_a_statement_asks_again_and_is_answered_once_for_each_time()
    {
        Take();
        var said = _replica.SentOf<SnapshotVote>().Count();
        _replica.Receive(2, Newcomer.Vote(2, Mine with { Checksum = Blake3.Hash([7]) }, needsAnswer: true));
        _replica.Receive(1, Newcomer.Vote(1, Mine));
        var answers = _replica.SentOf<SnapshotVote>().Skip(said).ToArray();
        _replica.Look();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Single(), Is.EqualTo(Newcomer.Vote(3, Mine)));
            Assert.That(_replica.ReceiversOf<SnapshotVote>().Last(), Is.EqualTo(2), "certified: nobody is asked any more");
        }
    }

    [Test]
    public void Without_a_certificate_others_are_asked_again_after_a_while()
    {
        Take();
        var said = _replica.SentOf<SnapshotVote>().Count();

        for (var i = 0; i < 5; i++)
        {
            _replica.Look();
        }

        Assert.That(_replica.SentOf<SnapshotVote>().Count(), Is.GreaterThan(said));
    }

    [Test]
    public void What_is_certified_or_may_become_so_is_kept_by_the_store()
    {
        Take();
        Assert.That(_replica.Effects.Kept, Is.EqualTo(new[] { Mine }));

        _replica.Receive(1, Newcomer.Vote(1, Mine));
        _replica.Flush();

        Assert.That(_replica.Effects.Kept, Is.EqualTo(new[] { Mine }));
    }

    [Test]
    public void After_a_restart_the_certificate_is_still_there()
    {
        Take();
        _replica.Receive(1, Newcomer.Vote(1, Mine));

        Restart(newest: Mine);

        Assert.That(OfferedTo(4)!.Snapshot, Is.EqualTo(Mine));
        Assert.That(_replica.Effects.Kept, Is.EqualTo(new[] { Mine }));
    }

    [Test]
    public void After_a_restart_without_one_it_is_gathered_again_and_nothing_is_given_up_before()
    {
        Take();
        Restart(newest: Mine);
        Assert.That((OfferedTo(4), _replica.Effects.CompactUpTo), Is.EqualTo(((CertifiedSnapshot?)null, LogIndex.Zero)));

        _replica.Receive(2, Newcomer.Vote(2, Mine));
        _replica.Flush();

        Assert.That(OfferedTo(4)!.Snapshot, Is.EqualTo(Mine));
        Assert.That(_replica.Effects.CompactUpTo, Is.EqualTo(_positions[6].Index));
    }

    [Test]
    public void A_certificate_whose_snapshot_is_no_longer_there_is_worth_nothing()
    {
        Take();
        _replica.Receive(1, Newcomer.Vote(1, Mine));

        Restart(newest: null);

        Assert.That(OfferedTo(4), Is.Null);
    }

    [Test]
    public void A_restart_does_not_make_a_wrong_state_right([Values] bool isWrong)
    {
        Take();
        Restart(newest: isWrong ? Mine with { StateHash = Blake3.Hash([10]) } : Mine);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.Effects.Events.OfType<StateDiverged>().Count(), Is.EqualTo(isWrong ? 1 : 0));
            Assert.That(_replica.SentOf<SnapshotVote>(), isWrong ? Is.Empty : Is.Not.Empty);
        }
    }

    /// <summary>The replica has all eight blocks, and has taken a snapshot after them.</summary>
    private void Take()
    {
        Reach(8);
        _replica.Step(new SnapshotSaved(Mine));
    }

    private void Reach(ulong number)
    {
        _replica.Receive(1, new StableCheckpoint(Newcomer.Stable(number, _positions[number])));
        foreach (var source in _replica.ReceiversOf<CatchUpRequest>().ToArray())
        {
            _replica.Receive(source, new CatchUpBlocks(new SequenceNumber(1), _blocks[..(int)number]));
        }

        Assert.That(_replica.Status.CommitIndex, Is.EqualTo(_positions[number].Index));
    }

    private void Restart(SnapshotDescriptor? newest)
    {
        var recovered = Samples.After(_replica.Effects) with { Slots = _replica.Slots, Snapshot = newest };
        _replica = new Newcomer(EngineUnderTest.Create(_engine, 3), recovered);
    }

    private CertifiedSnapshot? OfferedTo(uint member)
    {
        var before = _replica.SentOf<SnapshotOffer>().Count();
        _replica.Receive(member, new SnapshotRequest(SequenceNumber.Zero));
        return _replica.SentOf<SnapshotOffer>().Skip(before).SingleOrDefault()?.Snapshot;
    }
}
