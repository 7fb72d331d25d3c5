using Consensus.Byzantine;
using Consensus.Byzantine.Tests;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Tests;

/// <summary>What node 3 does in view 0 about a primary that orders the batches of some and not those of others, while time passes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NeglectTests
{
    // What waits is looked at four times in each time-out.
    private static readonly TimeSpan Interval = Group.Options.ViewTimeout / 4;

    private readonly PbftEngine _engine = new(Group.Options with { PooledBytesMax = 2048, BatchBytesMax = 1024, CheckpointBlocks = 32, WindowBlocks = 64, BlockBytesMax = 4096 }, Group.Identity(3));
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly IProtocolCore _core;
    private readonly MessageIngress _ingress;
    private ulong _committed;
    private Ticks _now;

    public NeglectTests()
    {
        _ingress = new MessageIngress(_engine.Codec, _engine.Verifier);
        _core = _engine.CreateCore(new CoreContext
        {
            Self = new NodeId(3),
            Epoch = Epoch.Zero,
            Seed = 100,
            Now = Ticks.Zero,
            Recovered = EmptyDisk.Found,
        });
    }

    private bool IsSuspected => Sent<Status>().Last().SuspectsPrimary;

    [TestCase(9, true)]
    [TestCase(8, false)]
    public void A_primary_that_passes_somebody_over_is_suspected_though_it_orders_what_others_submit(int blocks, bool isSuspected)
    {
        Receive(2, Shown(2, 50));
        SpendWithBlocks(blocks);

        Assert.That(IsSuspected, Is.EqualTo(isSuspected));
        if (isSuspected)
        {
            Receive(4, new Status(ViewNumber.Zero, IsActive: true, SuspectsPrimary: true, SequenceNumber.Zero, SequenceNumber.Zero, SequenceNumber.Zero));
            Assert.That(Sent<ViewChange>().Select(change => change.View.Value).Distinct(), Is.EqualTo(new[] { 1ul }), "f+1 suspect it");
        }
    }

    // With a later one it is overtaken: the primary may have ordered that before it saw this one, and will refuse it.
    [TestCase(50ul)]
    [TestCase(40ul)]
    [TestCase(60ul)]
    public void Of_whom_a_new_batch_is_ordered_is_not_passed_over(ulong ordered)
    {
        Receive(2, Shown(2, 50));
        Commit(2, ordered);
        SpendWithBlocks(12);

        Assert.That(IsSuspected, Is.False);
    }

    [Test]
    public void An_old_batch_that_is_ordered_once_more_serves_nobody()
    {
        Commit(2, 40);
        Receive(2, Shown(2, 50));
        Commit(2, 40);
        SpendWithBlocks(9);

        Assert.That(IsSuspected, Is.True);
    }

    [TestCase(9, true)]
    [TestCase(8, false)]
    public void Who_shows_a_batch_that_was_overtaken_under_another_number_waits_anew(int blocks, bool isSuspected)
    {
        Receive(2, Shown(2, 50));
        SpendWithBlocks(6);
        Commit(2, 60);
        Spend(intervals: 1);
        Receive(2, Shown(2, 61));
        SpendWithBlocks(blocks);

        Assert.That(IsSuspected, Is.EqualTo(isSuspected));
    }

    [Test]
    public void Who_was_cut_off_does_not_suspect_the_primary_for_the_blocks_that_it_has_missed()
    {
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), new byte[] { 1 }) }, new Timestamp(5)));
        Receive(2, Shown(2, 50));
        Spend(intervals: 20);
        for (var i = 0; i < 30; i++)
        {
            Commit(4, 1000 + _committed);
        }

        Spend(intervals: 2);

        Assert.That(IsSuspected, Is.False);
    }

    [Test]
    public void Nor_when_it_catches_up_for_long()
    {
        Receive(2, Shown(2, 50));
        Receive(2, new StableCheckpoint(Group.Stable(32)));
        SpendWithBlocks(12);

        Assert.That(IsSuspected, Is.False);
    }

    [Test]
    public void A_batch_whose_number_has_leapt_and_that_is_ordered_leaves_no_suspicion_behind()
    {
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), new byte[] { 1 }) }, new Timestamp(5)));
        Spend(intervals: 10);
        var own = Own().Select(batch => batch.Number).Distinct().ToArray();
        Assert.That(own, Has.Length.GreaterThan(1), "it has leapt");

        Commit(3, own[^1]);
        SpendWithBlocks(12);

        Assert.That(IsSuspected, Is.False);
    }

    // A primary that lies could order whatever is submitted later, again and again.
    [Test]
    public void Who_was_overtaken_submits_nothing_more_before_that_is_ordered()
    {
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), new byte[] { 1 }) }, new Timestamp(5)));
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(2), new byte[] { 2 }) }, new Timestamp(5)));
        Commit(3, Own().Last().Number);
        Spend(intervals: 2);
        var renumbered = Own().Last();
        Assert.That(renumbered.Commands[0].ToArray(), Is.EqualTo(new byte[] { 1 }));

        Step(new CommandsProposed(new[] { new Proposal(new Ticket(3), new byte[] { 3 }) }, new Timestamp(5)));
        Spend(intervals: 2, () => Commit(4, 1000 + _committed));
        Assert.That(Own().Last().Number, Is.EqualTo(renumbered.Number));

        Commit(3, renumbered.Number);
        Assert.That(Own().Last().Commands[0].ToArray(), Is.EqualTo(new byte[] { 3 }));
    }

    [Test]
    public void A_batch_that_was_lost_is_shown_to_everybody_while_others_are_ordered_all_the_time()
    {
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), new byte[] { 1 }) }, new Timestamp(5)));
        Assert.That(SubmittedTo(), Is.EqualTo(new[] { 1u }));

        Spend(intervals: 5, () => Commit(4, 1000 + _committed));

        Assert.That(SubmittedTo(), Is.SupersetOf(new[] { 1u, 2u, 4u }));
    }

    [Test]
    public void What_somebody_shows_the_primary_gets_again_as_long_as_it_waits()
    {
        Receive(2, Shown(2, 50));
        Assert.That(SubmittedTo(), Is.EqualTo(new[] { 1u }));

        Spend(intervals: 3);
        Assert.That(SubmittedTo().Length, Is.GreaterThan(1));
        Assert.That(SubmittedTo().Distinct(), Is.EqualTo(new[] { 1u }), "nobody but the primary");

        Commit(2, 50);
        var before = SubmittedTo().Length;
        Spend(intervals: 3);
        Assert.That(SubmittedTo(), Has.Length.EqualTo(before));
    }

    [Test]
    public void Who_repeats_a_batch_has_it_passed_on_no_more_often()
    {
        for (var i = 0; i < 1000; i++)
        {
            Receive(2, Shown(2, 50));
        }

        Assert.That(SubmittedTo(), Is.EqualTo(new[] { 1u }));
    }

    // Each of them is new, and takes the place of a later one.
    [Test]
    public void Of_one_that_makes_up_batches_without_end_no_more_is_passed_on_than_fits_a_block_and_of_others_all()
    {
        for (var number = 5000UL; number > 4000; number--)
        {
            Receive(2, new Submit(new CommandBatch(new NodeId(2), number, [new byte[500]]).SignedBy(Group.Identity(2))));
        }

        Receive(4, Shown(4, 1));
        var passedOn = Sent<Submit>().Select(submit => submit.Batch).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(passedOn.Where(batch => batch.Origin == new NodeId(2)).Sum(batch => batch.Bytes), Is.InRange(2048, 4096));
            Assert.That(passedOn.Count(batch => batch.Origin == new NodeId(4)), Is.EqualTo(1));
        }

        Spend(intervals: 2);
        Receive(2, Shown(2, 1));
        Assert.That(Sent<Submit>().Last().Batch.Number, Is.EqualTo(1), "after a look at what waits there is room again");
    }

    [Test]
    public void What_others_could_not_take_is_not_taken_of_a_caller()
    {
        var max = new byte[_engine.Options.EnvelopeBytesMax];
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), max), new Proposal(new Ticket(2), new byte[max.Length + 1]) }, new Timestamp(5)));
        var batch = Sent<Submit>().Single().Batch;
        var verifier = new PbftEngine(_engine.Options, Group.Identity(4)).Verifier;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_effects.Refusals.Select(refused => (refused.Ticket, refused.Reason)), Is.EqualTo(new[] { (new Ticket(2), RefusalReason.CommandTooLarge) }));
            Assert.That(verifier.Verify(new NodeId(3), new Submit(batch), out var defect), Is.EqualTo(MessageVerdict.Accepted), defect);
            Assert.That(verifier.Verify(new NodeId(2), new Submit(new CommandBatch(new NodeId(2), 1, [new byte[max.Length + 1]]).SignedBy(Group.Identity(2))), out defect), Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(defect, Does.Contain($"has {max.Length + 1} bytes with its envelope; at most {max.Length} are allowed"));
        }
    }

    [Test]
    public void Whoever_submits_too_much_takes_nothing_from_the_callers_of_this_replica()
    {
        for (var number = 1UL; number <= 40; number++)
        {
            Receive(2, new Submit(new CommandBatch(new NodeId(2), number, [new byte[300]]).SignedBy(Group.Identity(2))));
        }

        Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), new byte[] { 1 }) }, new Timestamp(5)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_effects.Refusals, Is.Empty);
            Assert.That(Sent<Submit>().Any(submit => submit.Batch.Origin == new NodeId(3)), Is.True);
        }
    }

    [Test]
    public void A_batch_that_a_later_one_has_overtaken_is_submitted_again_with_another_number()
    {
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), new byte[] { 1 }) }, new Timestamp(5)));
        Step(new ReadRequested(new Ticket(7)));
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(2), new byte[] { 2 }) }, new Timestamp(5)));
        var numbers = Own().Select(batch => batch.Number).ToArray();

        Commit(3, numbers[^1]);
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
        Step(new ReadRequested(new Ticket(7)));
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(2), new byte[] { 2 }) }, new Timestamp(5)));
        var numbers = Sent<Submit>().Select(submit => submit.Batch.Number).ToArray();

        Commit(3, numbers[1]);
        Assert.That(_effects.Reads, Is.Empty);
        Spend(intervals: 4);
        Commit(3, Sent<Submit>().Last().Batch.Number);

        Assert.That(_effects.Reads.Select(read => read.Ticket), Is.EqualTo(new[] { new Ticket(7) }));
    }

    private static Submit Shown(uint origin, ulong number) => new(new CommandBatch(new NodeId(origin), number, [new byte[] { 1 }]).SignedBy(Group.Identity(origin)));

    private IEnumerable<CommandBatch> Own() => Sent<Submit>().Select(submit => submit.Batch).Where(batch => batch.Origin == new NodeId(3));

    private uint[] SubmittedTo() => [.. _effects.Messages.Where(message => message.Message is Submit).Select(message => message.To.Value)];

    private IEnumerable<T> Sent<T>() => _effects.Messages.Select(message => message.Message).OfType<T>();

    private void Commit(uint origin, ulong number)
    {
        var block = new Block(new Timestamp(1), [new CommandBatch(new NodeId(origin), number, [new byte[] { 2 }])]);
        Receive(2, new CommittedBlock(block, Group.Certify(StatementKind.PbftCommit, 0, ++_committed, block.Digest, 1, 2, 4)));
        Assert.That(((PbftCore)_core).State.Log.Committed.Value, Is.EqualTo(_committed));
    }

    /// <summary>A block is committed between each look and the next, so many times; and then what follows from that is told.</summary>
    private void SpendWithBlocks(int blocks)
    {
        Spend(blocks, () => Commit(4, 1000 + _committed));
        Spend(intervals: 2);
    }

    private void Spend(int intervals, Action? inEach = null)
    {
        for (var i = 0; i < intervals; i++)
        {
            _now += Interval;
            Step(TimePassed.Instance);
            inEach?.Invoke();
        }
    }

    private void Receive(uint from, ProtocolMessage message)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, buffer);
        Assert.That(_ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect), Is.True, defect);
        Step(input!);
    }

    private void Step(Input input)
    {
        _core.Step(_now, input, _effects);
        _core.EndTurn(_now, _effects);
    }
}
