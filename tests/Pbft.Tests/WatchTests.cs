namespace Consensus.Pbft.Tests;

/// <summary>What node 3 of view 0 does about times that do not fit its clock, and about a member that asks without end.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WatchTests
{
    private const long Day = 24 * 3_600_000;
    private static readonly NodeId Primary = new(1);

    private readonly TestReplica _replica = new(clockStart: 1000 * Day);

    [Test]
    public void A_block_from_the_future_is_refused_and_told_and_its_primary_replaced()
    {
        _replica.Receive(1, Group.PrePrepare(0, 1, Block(1, _replica.Clock + 10_001)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.SentOf<Prepare>(), Is.Empty);
            Assert.That(_replica.State.Log.Last.Value, Is.Zero);
            Assert.That(_replica.Effects.Events.OfType<TimestampOutOfRange>(), Is.EqualTo(new[] { new TimestampOutOfRange(Primary, new Timestamp(_replica.Clock + 10_001), new Timestamp(_replica.Clock)) }));
            Assert.That(_replica.SentOf<ViewChange>(), Is.Empty, "one alone does not leave");
        }

        _replica.Receive(4, Group.Suspicion);
        Assert.That(_replica.SentOf<ViewChange>().First().View.Value, Is.EqualTo(1));
    }

    // Its clock was wrong, perhaps, or the primary's, and is not any more.
    [TestCase(100, true)]
    [TestCase(300, false)]
    public void What_would_not_be_refused_any_more_is_no_reason_to_leave(int milliseconds, bool isReplaced)
    {
        _replica.Receive(1, Group.PrePrepare(0, 1, Block(1, _replica.Clock + 10_200)));
        _replica.Wait(milliseconds);
        Assert.That(_replica.LeavesWithAnother(), Is.EqualTo(isReplaced));
    }

    [Test]
    public void A_block_as_far_ahead_as_clocks_may_be_apart_is_accepted()
    {
        _replica.Receive(1, Group.PrePrepare(0, 1, Block(1, _replica.Clock + 10_000)));
        Assert.That(_replica.SentOf<Prepare>().Any(), Is.True);
        Assert.That(_replica.Effects.Events.OfType<TimestampOutOfRange>(), Is.Empty);
    }

    [Test]
    public void What_a_quorum_has_committed_is_taken_whatever_its_time_and_so_is_what_follows()
    {
        var ahead = Block(1, _replica.Clock + Day);
        _replica.Receive(2, Group.Committed(1, ahead));
        _replica.Receive(1, Group.PrePrepare(0, 2, Block(2, _replica.Clock + Day)));
        _replica.Receive(1, Group.PrePrepare(0, 3, Block(3, _replica.Clock)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.Committed, Is.EqualTo(1));
            Assert.That(_replica.SentOf<Prepare>().Select(prepare => prepare.Number.Value).Distinct(), Is.EqualTo(new ulong[] { 2, 3 }));
            Assert.That(_replica.Effects.Events.OfType<TimestampOutOfRange>(), Is.Empty);
        }
    }

    [Test]
    public void What_a_view_must_begin_with_is_accepted_whatever_its_time()
    {
        var ahead = Block(1, _replica.Clock + Day);
        var changes = Group.ViewChanges(1, Group.Prepared(0, 1, ahead));
        _replica.Receive(2, Group.NewView(1, changes, (1, ahead.Digest)));
        _replica.Receive(2, new BlockAnswer(new SequenceNumber(1), ahead));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.SentOf<Prepare>().Select(prepare => (prepare.View.Value, prepare.Digest)).Distinct(), Is.EqualTo(new[] { (1ul, ahead.Digest) }));
            Assert.That(_replica.Effects.Events.OfType<TimestampOutOfRange>(), Is.Empty);
        }
    }

    [TestCase(-20_100, true)]
    [TestCase(-19_000, false)]
    public void A_primary_that_holds_the_time_back_is_replaced_and_its_blocks_are_accepted(int offset, bool isReplaced)
    {
        for (ulong number = 1; number <= 4; number++)
        {
            var block = Block((byte)number, _replica.Clock + offset);
            _replica.Receive(1, Group.PrePrepare(0, number, block));
            _replica.Receive(2, Group.Committed(number, block));
            _replica.Wait(400);
        }

        Assert.That(_replica.State.Log.Last.Value, Is.EqualTo(4));
        _replica.Receive(4, Group.Suspicion);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.HasLeftView, Is.EqualTo(isReplaced));
            Assert.That(_replica.Effects.Events.OfType<TimestampOutOfRange>().Select(told => told.Proposer), Is.EqualTo(isReplaced ? new[] { Primary } : []));
        }
    }

    [Test]
    public void A_primary_without_callers_of_its_own_brings_its_clock_into_its_blocks()
    {
        var primary = new TestReplica(Primary.Value, clockStart: 1000 * Day);
        primary.Step(new LogDurable(primary.Effects.LastLsn));
        primary.Wait(1000);
        primary.Receive(2, new Submit(Group.Block(1).Batches[0]));

        Assert.That(primary.SentOf<PrePrepare>().First().Block.Time.UnixMilliseconds, Is.EqualTo(primary.Clock));
    }

    [Test]
    public void A_flood_of_statuses_is_told_of_and_brings_nothing_twice_and_others_are_answered_as_before()
    {
        _replica.Commit(Block(1, _replica.Clock));
        _replica.Effects.Clear();
        for (var i = 0; i < 5000; i++)
        {
            _replica.Receive(4, Group.Status(0));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.SentTo<CommittedBlock>(4).Count(), Is.EqualTo(1));
            Assert.That(_replica.Effects.Events.OfType<PeerFlooding>().Select(told => told.Peer), Is.EqualTo(new[] { new NodeId(4) }));
        }

        _replica.Receive(2, Group.Status(0));
        Assert.That(_replica.SentTo<CommittedBlock>(2), Is.Not.Empty, "another member");
        _replica.Receive(4, Group.ViewChange(4, 1));
        _replica.Receive(2, Group.ViewChange(2, 1));
        Assert.That(_replica.HasLeftView, Is.True, "what demands no answer is heard");
    }

    private static Block Block(byte content, long time) => new(new Timestamp(time), [.. Group.Block(content).Batches]);
}
