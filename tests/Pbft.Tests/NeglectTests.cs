namespace Consensus.Pbft.Tests;

/// <summary>What node 3 does in view 0 about a primary that orders the batches of some and not those of others, while time passes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NeglectTests
{
    // What waits is looked at four times in each time-out.
    private static readonly TimeSpan Interval = Group.Options.ViewTimeout / 4;
    private static readonly PbftOptions Options = Group.Options with { PooledBytesMax = 2048, BatchBytesMax = 1024, CheckpointBlocks = 32, WindowBlocks = 64, BlockBytesMax = 4096 };

    private readonly TestReplica _replica = new(options: Options);

    [TestCase(9, true)]
    [TestCase(8, false)]
    public void A_primary_that_passes_somebody_over_is_suspected_though_it_orders_what_others_submit(int blocks, bool isSuspected)
    {
        _replica.Show(2, 50);
        SpendWithBlocks(blocks);

        Assert.That(_replica.SuspectsPrimary, Is.EqualTo(isSuspected));
        if (isSuspected)
        {
            Assert.That(_replica.LeavesWithAnother(), Is.True);
            Assert.That(_replica.SentOf<ViewChange>().Select(change => change.View.Value).Distinct(), Is.EqualTo(new[] { 1ul }), "f+1 suspect it");
        }
    }

    // With a later one it is overtaken: the primary may have ordered that before it saw this one, and will refuse it.
    [TestCase(50ul)]
    [TestCase(40ul)]
    [TestCase(60ul)]
    public void Of_whom_a_new_batch_is_ordered_is_not_passed_over(ulong ordered)
    {
        _replica.Show(2, 50);
        _replica.Commit(Group.Batch(2, ordered));
        SpendWithBlocks(12);

        Assert.That(_replica.SuspectsPrimary, Is.False);
    }

    [Test]
    public void An_old_batch_that_is_ordered_once_more_serves_nobody()
    {
        _replica.Commit(Group.Batch(2, 40));
        _replica.Show(2, 50);
        _replica.Commit(Group.Batch(2, 40));
        SpendWithBlocks(9);

        Assert.That(_replica.SuspectsPrimary, Is.True);
    }

    [TestCase(9, true)]
    [TestCase(8, false)]
    public void Who_shows_a_batch_that_was_overtaken_under_another_number_waits_anew(int blocks, bool isSuspected)
    {
        _replica.Show(2, 50);
        SpendWithBlocks(6);
        _replica.Commit(Group.Batch(2, 60));
        Spend(intervals: 1);
        _replica.Show(2, 61);
        SpendWithBlocks(blocks);

        Assert.That(_replica.SuspectsPrimary, Is.EqualTo(isSuspected));
    }

    [Test]
    public void Who_was_cut_off_does_not_suspect_the_primary_for_the_blocks_that_it_has_missed()
    {
        _replica.Propose(1);
        _replica.Show(2, 50);
        Spend(intervals: 20);
        for (var i = 0; i < 30; i++)
        {
            _replica.CommitNext();
        }

        Spend(intervals: 2);

        Assert.That(_replica.SuspectsPrimary, Is.False);
    }

    [Test]
    public void Nor_when_it_catches_up_for_long()
    {
        _replica.Show(2, 50);
        _replica.Receive(2, new StableCheckpoint(Group.Stable(32)));
        SpendWithBlocks(12);

        Assert.That(_replica.SuspectsPrimary, Is.False);
    }

    [Test]
    public void A_batch_whose_number_has_leapt_and_that_is_ordered_leaves_no_suspicion_behind()
    {
        _replica.Propose(1);
        Spend(intervals: 10);
        var own = Own().Select(batch => batch.Number).Distinct().ToArray();
        Assert.That(own, Has.Length.GreaterThan(1), "it has leapt");

        _replica.Commit(Group.Batch(3, own[^1]));
        SpendWithBlocks(12);

        Assert.That(_replica.SuspectsPrimary, Is.False);
    }

    // A primary that lies could order whatever is submitted later, again and again.
    [Test]
    public void Who_was_overtaken_submits_nothing_more_before_that_is_ordered()
    {
        _replica.Propose(1);
        _replica.Propose(2);
        _replica.Commit(Group.Batch(3, Own().Last().Number));
        Spend(intervals: 2);
        var renumbered = Own().Last();
        Assert.That(renumbered.Commands[0].ToArray(), Is.EqualTo(new byte[] { 1 }));

        _replica.Propose(3);
        Spend(intervals: 2, () => _replica.CommitNext());
        Assert.That(Own().Last().Number, Is.EqualTo(renumbered.Number));

        _replica.Commit(Group.Batch(3, renumbered.Number));
        Assert.That(Own().Last().Commands[0].ToArray(), Is.EqualTo(new byte[] { 3 }));
    }

    [Test]
    public void A_batch_that_was_lost_is_shown_to_everybody_while_others_are_ordered_all_the_time()
    {
        _replica.Propose(1);
        Assert.That(SubmittedTo(), Is.EqualTo(new[] { 1u }));

        Spend(intervals: 5, () => _replica.CommitNext());

        Assert.That(SubmittedTo(), Is.SupersetOf(new[] { 1u, 2u, 4u }));
    }

    [Test]
    public void What_somebody_shows_the_primary_gets_again_as_long_as_it_waits()
    {
        _replica.Show(2, 50);
        Assert.That(SubmittedTo(), Is.EqualTo(new[] { 1u }));

        Spend(intervals: 3);
        Assert.That(SubmittedTo().Length, Is.GreaterThan(1));
        Assert.That(SubmittedTo().Distinct(), Is.EqualTo(new[] { 1u }), "nobody but the primary");

        _replica.Commit(Group.Batch(2, 50));
        var before = SubmittedTo().Length;
        Spend(intervals: 3);
        Assert.That(SubmittedTo(), Has.Length.EqualTo(before));
    }

    [Test]
    public void Who_repeats_a_batch_has_it_passed_on_no_more_often()
    {
        for (var i = 0; i < 1000; i++)
        {
            _replica.Show(2, 50);
        }

        Assert.That(SubmittedTo(), Is.EqualTo(new[] { 1u }));
    }

    // Each of them is new, and takes the place of a later one.
    [Test]
    public void Of_one_that_makes_up_batches_without_end_no_more_is_passed_on_than_fits_a_block_and_of_others_all()
    {
        for (var number = 5000UL; number > 4000; number--)
        {
            _replica.Show(2, number, new byte[500]);
        }

        _replica.Show(4, 1);
        var passedOn = _replica.SentOf<Submit>().Select(submit => submit.Batch).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(passedOn.Where(batch => batch.Origin == new NodeId(2)).Sum(batch => batch.Bytes), Is.InRange(2048, 4096));
            Assert.That(passedOn.Count(batch => batch.Origin == new NodeId(4)), Is.EqualTo(1));
        }

        Spend(intervals: 2);
        _replica.Show(2, 1);
        Assert.That(_replica.SentOf<Submit>().Last().Batch.Number, Is.EqualTo(1), "after a look at what waits there is room again");
    }

    [Test]
    public void What_others_could_not_take_is_not_taken_of_a_caller()
    {
        var max = new byte[Options.EnvelopeBytesMax];
        _replica.Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), max), new Proposal(new Ticket(2), new byte[max.Length + 1]) }, new Timestamp(5)));
        var batch = _replica.SentOf<Submit>().Single().Batch;
        var verifier = new PbftEngine(Options, Group.Identity(4)).Verifier;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.Effects.Refusals.Select(refused => (refused.Ticket, refused.Reason)), Is.EqualTo(new[] { (new Ticket(2), RefusalReason.CommandTooLarge) }));
            Assert.That(verifier.Verify(new NodeId(3), new Submit(batch), out var defect), Is.EqualTo(MessageVerdict.Accepted), defect);
            Assert.That(verifier.Verify(new NodeId(2), new Submit(Group.Batch(2, 1, new byte[max.Length + 1])), out defect), Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(defect, Does.Contain($"has {max.Length + 1} bytes with its envelope; at most {max.Length} are allowed"));
        }
    }

    [Test]
    public void Whoever_submits_too_much_takes_nothing_from_the_callers_of_this_replica()
    {
        for (var number = 1UL; number <= 40; number++)
        {
            _replica.Show(2, number, new byte[300]);
        }

        _replica.Propose(1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.Effects.Refusals, Is.Empty);
            Assert.That(_replica.SentOf<Submit>().Any(submit => submit.Batch.Origin == _replica.Id), Is.True);
        }
    }

    [Test]
    public void A_batch_that_a_later_one_has_overtaken_is_submitted_again_with_another_number()
    {
        _replica.Propose(1);
        _replica.Step(new ReadRequested(new Ticket(7)));
        _replica.Propose(2);
        var numbers = Own().Select(batch => batch.Number).ToArray();

        _replica.Commit(Group.Batch(3, numbers[^1]));
        Spend(intervals: 4);

        var again = Own().Last();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.Number, Is.GreaterThan(numbers[^1]));
            Assert.That(again.Commands[0].ToArray(), Is.EqualTo(new byte[] { 1 }));
        }
    }

    [Test]
    public void The_reads_of_a_batch_that_was_overtaken_are_confirmed_by_the_one_that_takes_its_place()
    {
        _replica.Step(new ReadRequested(new Ticket(7)));
        _replica.Propose(2);
        var numbers = _replica.SentOf<Submit>().Select(submit => submit.Batch.Number).ToArray();

        _replica.Commit(Group.Batch(3, numbers[1]));
        Assert.That(_replica.Effects.Reads, Is.Empty);
        Spend(intervals: 4);
        _replica.Commit(Group.Batch(3, _replica.SentOf<Submit>().Last().Batch.Number));

        Assert.That(_replica.Effects.Reads.Select(read => read.Ticket), Is.EqualTo(new[] { new Ticket(7) }));
    }

    private IEnumerable<CommandBatch> Own() => _replica.SentOf<Submit>().Select(submit => submit.Batch).Where(batch => batch.Origin == _replica.Id);

    private uint[] SubmittedTo() => [.. _replica.ReceiversOf<Submit>()];

    /// <summary>A block is committed between each look and the next, so many times; and then what follows from that is told.</summary>
    private void SpendWithBlocks(int blocks)
    {
        Spend(blocks, () => _replica.CommitNext());
        Spend(intervals: 2);
    }

    private void Spend(int intervals, Action? inEach = null)
    {
        for (var i = 0; i < intervals; i++)
        {
            _replica.Wait(Interval);
            inEach?.Invoke();
        }
    }
}
