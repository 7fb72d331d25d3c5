using Consensus.Engine.Tests.Hosting;

namespace Consensus.Engine.Tests.Gateway;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReadGatewayTests
{
    private static readonly NodeId Leader = new(2);

    private readonly ReadGateway _gateway = new(new ReplicaOptions(), seed: 1);
    private Ticks _now;

    [Test]
    public void The_reads_of_a_turn_share_one_barrier()
    {
        var reads = new[] { Read(), Read(), Read() };

        var barrier = Begin();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_gateway.OnConfirmed(barrier!.Value), Is.EqualTo(reads));
            Assert.That(Begin(), Is.Null, "nobody waits for another");
        }
    }

    // A barrier proves what was committed when it was asked for; a read that came later needs the next one.
    [Test]
    public void A_read_that_comes_after_its_barrier_was_asked_for_gets_the_next_one()
    {
        Read();
        var first = Begin();
        var late = Read();

        Assert.That(_gateway.OnConfirmed(first!.Value), Has.None.SameAs(late));
        Assert.That(_gateway.OnConfirmed(Begin()!.Value), Is.EqualTo(new[] { late }));
    }

    [Test]
    public void A_new_leader_is_asked_anew_and_the_old_ones_answer_counts_no_more()
    {
        _gateway.OnLeader(Leader, 1);
        var read = Read();
        var first = Begin();

        _gateway.OnLeader(Leader, 2);
        Assert.That(_gateway.NextDeadline, Is.EqualTo(Ticks.Zero), "at once");
        var second = Begin();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second, Is.Not.EqualTo(first));
            Assert.That(_gateway.OnConfirmed(first!.Value), Is.Empty);
            Assert.That(_gateway.OnConfirmed(second!.Value), Is.EqualTo(new[] { read }));
        }
    }

    [Test]
    public void An_answer_to_an_earlier_run_confirms_nothing()
    {
        var earlier = new ReadGateway(new ReplicaOptions(), seed: 2);
        earlier.Accept(_now, new PendingRead(null, TimeSpan.FromSeconds(5), new PendingReads()));
        earlier.TryBegin(_now, out var stale);
        Read();
        Begin();

        Assert.That(_gateway.OnConfirmed(stale), Is.Empty);
    }

    [Test]
    public void A_barrier_that_is_not_answered_is_asked_for_again_and_whichever_answer_comes_first_counts()
    {
        var read = Read();
        var first = Begin();

        After(TimeSpan.FromSeconds(1));
        var second = Begin();
        var third = Begin();
        After(TimeSpan.FromSeconds(1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second, Is.EqualTo(first), "an answer to the first question is an answer");
            Assert.That(third, Is.Null, "once in each interval");
            Assert.That(Begin(), Is.EqualTo(first));
            Assert.That(_gateway.OnConfirmed(first!.Value), Is.EqualTo(new[] { read }));
            Assert.That(_gateway.OnConfirmed(first!.Value), Is.Empty, "the answer to the other question");
        }
    }

    [Test]
    public void A_barrier_that_is_answered_while_it_is_to_be_asked_for_again_is_not()
    {
        Read();
        var first = Begin();
        After(TimeSpan.FromSeconds(1));

        _gateway.OnConfirmed(first!.Value);

        Assert.That(Begin(), Is.Null);
    }

    [Test]
    public void A_barrier_without_a_leader_is_asked_for_again_after_a_pause()
    {
        var read = Read();
        _gateway.OnRefused(_now, Begin()!.Value, RefusalReason.NoLeader);
        Assert.That(Begin(), Is.Null, "not at once");

        After(TimeSpan.FromMilliseconds(10));

        Assert.That(_gateway.OnConfirmed(Begin()!.Value), Is.EqualTo(new[] { read }));
    }

    [Test]
    public async Task A_refused_barrier_refuses_its_reads()
    {
        var read = Read();

        _gateway.OnRefused(_now, Begin()!.Value, RefusalReason.Overloaded);

        Assert.That((await read.Result).Refusal, Is.EqualTo(RefusalReason.Overloaded));
    }

    [TestCase(true, RefusalReason.TimedOut)]
    [TestCase(false, RefusalReason.NoLeader)]
    public async Task A_read_that_waits_too_long_is_refused(bool hasLeader, RefusalReason expected)
    {
        _gateway.OnLeader(hasLeader ? Leader : NodeId.None, 1);
        var read = Read();
        Begin();

        After(TimeSpan.FromSeconds(5));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await read.Result).Refusal, Is.EqualTo(expected));
            Assert.That(_gateway.Waiting, Is.Zero);
        }
    }

    // Its entry may not come for long: a follower is cut off, the state machine is slow. The caller's time limit holds nevertheless.
    [Test]
    public async Task A_confirmed_read_that_is_not_answered_in_time_is_refused()
    {
        _gateway.OnLeader(Leader, 1);
        var read = Read();
        _gateway.OnConfirmed(Begin()!.Value);
        Assert.That(_gateway.Waiting, Is.EqualTo(1));

        After(TimeSpan.FromSeconds(5));

        Assert.That(read.HasEnded, Is.True);
        Assert.That((await read.Result).Refusal, Is.EqualTo(RefusalReason.TimedOut));
    }

    // Its entry may be one that the disk has no space for: the core knows, and says so if it is asked again.
    [Test]
    public async Task A_confirmed_read_asks_again_when_the_disk_is_full_and_can_still_be_answered_or_refused()
    {
        var answered = Read();
        var refused = Read();
        _gateway.OnConfirmed(Begin()!.Value);

        _gateway.OnDiskFull();
        Assert.That(_gateway.NextDeadline, Is.EqualTo(Ticks.Zero), "at once");
        var again = Begin();
        answered.OnCurrent(new EchoState(), new LogIndex(1));
        _gateway.OnRefused(_now, again!.Value, RefusalReason.StorageFull);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await answered.Result).IsAnswered, Is.True);
            Assert.That((await refused.Result).Refusal, Is.EqualTo(RefusalReason.StorageFull));
            Assert.That(_gateway.Waiting, Is.Zero);
        }
    }

    [Test]
    public void A_confirmed_read_that_was_answered_is_forgotten_soon()
    {
        var read = Read();
        _gateway.OnConfirmed(Begin()!.Value);
        read.OnCurrent(new EchoState(), new LogIndex(1));

        After(TimeSpan.FromMilliseconds(20));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_gateway.Waiting, Is.Zero);
            Assert.That(_gateway.NextDeadline, Is.EqualTo(Ticks.Never));
        }
    }

    [Test]
    public void Cancelled_reads_and_their_barriers_are_forgotten_soon()
    {
        var read = Read();
        Begin();
        read.LinkTo(new CancellationToken(canceled: true));

        After(TimeSpan.FromMilliseconds(20));
        After(TimeSpan.FromMilliseconds(20));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_gateway.Waiting, Is.Zero);
            Assert.That(_gateway.NextDeadline, Is.EqualTo(Ticks.Never));
        }
    }

    [Test]
    public void Whoever_waits_when_the_replica_stops_is_told()
    {
        var asked = Read();
        Begin();
        var refused = Read();
        _gateway.OnRefused(_now, Begin()!.Value, RefusalReason.NoLeader);
        var gathered = Read();

        _gateway.Fail(new ConsensusException(ConsensusFailure.Stopped, "stopped"));

        Assert.That(new[] { asked, refused, gathered }.Select(read => read.Result.IsFaulted), Is.All.True);
    }

    // Thousands end between two sweeps; with their answers they would outlive the collections in between.
    [Test]
    public void Confirmed_reads_that_have_ended_are_let_go_before_the_next_sweep()
    {
        for (var i = 0; i < 1_000; i++)
        {
            var read = Read();
            _gateway.OnConfirmed(Begin()!.Value);
            read.Refuse(RefusalReason.TimedOut);
        }

        Assert.That(_gateway.Waiting, Is.LessThanOrEqualTo(300));
    }

    [Test]
    public void Confirmed_reads_whose_entry_is_not_applied_yet_are_kept_however_many()
    {
        var reads = new List<PendingRead>();
        for (var i = 0; i < 1_000; i++)
        {
            reads.Add(Read());
            _gateway.OnConfirmed(Begin()!.Value);
        }

        After(TimeSpan.FromSeconds(6));

        Assert.That(reads.Select(read => read.HasEnded), Is.All.True, "their time is over, and they were told");
    }

    private PendingRead Read()
    {
        var read = new PendingRead(null, TimeSpan.FromSeconds(5), new PendingReads());
        _gateway.Accept(_now, read);
        return read;
    }

    private Ticket? Begin() => _gateway.TryBegin(_now, out var ticket) ? ticket : null;

    private void After(TimeSpan span)
    {
        _now += span;
        _gateway.OnTime(_now);
    }
}
