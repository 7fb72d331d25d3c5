using Consensus.Pbft;

namespace Consensus.Byzantine.Tests;

/// <summary>When a leader keeps somebody waiting for too long: what is counted, and against what.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PaceWatchTests
{
    private const int BlockBytes = 4096;

    private readonly PbftState _state = MakeState();
    private readonly PaceWatch _watch;
    private readonly Dictionary<NodeId, ulong> _highest = [];
    private ulong _number;
    private Ticks _now;

    public PaceWatchTests() => _watch = new PaceWatch(_state);

    [TestCase(7, 63, false)]
    [TestCase(8, 63, true)]
    [TestCase(16, 62, false)]
    public void A_leader_is_slow_when_eight_batches_took_more_than_an_eighth_of_the_timeout(int batches, int milliseconds, bool isSlow)
    {
        Order(batches, milliseconds);

        Assert.That(_watch.IsSlow, Is.EqualTo(isSlow));
    }

    [TestCase(7, false)]
    [TestCase(8, true)]
    public void Half_of_the_last_sixteen_must_be_late(int late, bool isSlow)
    {
        Order(20, 5);
        Order(late, 400);

        Assert.That(_watch.IsSlow, Is.EqualTo(isSlow));
    }

    [Test]
    public void A_leader_that_mends_its_ways_is_slow_no_more()
    {
        Order(16, 400);
        Order(9, 5);

        Assert.That(_watch.IsSlow, Is.False);
    }

    [TestCase(150, false)]
    [TestCase(161, true)]
    public void What_the_network_and_the_disks_take_a_leader_may_take_too(int milliseconds, bool isSlow)
    {
        Order(8, milliseconds, usual: 160);

        Assert.That(_watch.IsSlow, Is.EqualTo(isSlow));
    }

    [TestCase(3, 240, false, TestName = "Behind_three_full_blocks_it_may_take_four_times_as_long")]
    [TestCase(3, 260, true, TestName = "And_no_longer")]
    [TestCase(12, 310, false, TestName = "Behind_more_of_them_than_members_five_times")]
    [TestCase(12, 320, true, TestName = "And_not_longer_than_that")]
    public void A_batch_that_had_no_room_in_the_blocks_before_it_has_not_waited_for_the_leader(int blocks, int milliseconds, bool isSlow)
    {
        for (var i = 0; i < 8; i++)
        {
            OrderAfter(blocks, bytesEach: BlockBytes - 300, milliseconds);
        }

        Assert.That(_watch.IsSlow, Is.EqualTo(isSlow));
    }

    [Test]
    public void Empty_blocks_are_no_excuse_even_for_a_batch_that_is_larger_than_blocks_are()
    {
        for (var i = 0; i < 8; i++)
        {
            var batch = Hand(Samples.Batch(3, ++_number, new string('x', 2 * BlockBytes)));
            for (var k = 0; k < 4; k++)
            {
                Commit(Block.Null);
            }

            Pass(70);
            Commit(batch);
            _watch.Judge(TimeSpan.Zero);
        }

        Assert.That(_watch.IsSlow, Is.True);
    }

    [TestCase(240, false)]
    [TestCase(260, true)]
    public void But_blocks_with_batches_are_for_such_a_one_has_a_block_of_its_own(int milliseconds, bool isSlow)
    {
        for (var i = 0; i < 8; i++)
        {
            var batch = Hand(Samples.Batch(3, ++_number, new string('x', 2 * BlockBytes)));
            for (var k = 0; k < 3; k++)
            {
                Commit(Samples.Batch(4, ++_number, "a"));
            }

            Pass(milliseconds);
            Commit(batch);
            _watch.Judge(TimeSpan.Zero);
        }

        Assert.That(_watch.IsSlow, Is.EqualTo(isSlow));
    }

    [Test]
    public void Blocks_that_had_room_for_it_are_no_excuse()
    {
        for (var i = 0; i < 8; i++)
        {
            OrderAfter(blocks: 12, bytesEach: 100, 70);
        }

        Assert.That(_watch.IsSlow, Is.True);
    }

    [Test]
    public void A_batch_under_another_number_has_waited_since_it_had_the_first()
    {
        for (var i = 0; i < 8; i++)
        {
            var old = Hand(Own());
            Pass(40);
            var renumbered = Own();
            Commit(Samples.Batch(3, renumbered.Number + 1));
            _watch.OnRenumbered(old.Number, renumbered.Number);
            Pass(40);
            Commit(renumbered);
            _number += 10;
        }

        _watch.Judge(TimeSpan.Zero);
        Assert.That(_watch.IsSlow, Is.True);
    }

    [TestCase(-1, true, TestName = "Of_another_origin_an_earlier_batch_counts_for_the_one_that_was_shown")]
    [TestCase(0, true, TestName = "So_does_the_batch_itself")]
    [TestCase(1, true, TestName = "And_a_later_one_which_overtakes_it")]
    [TestCase(-11, false, TestName = "And_none_that_was_ordered_long_ago")]
    public void Batches_that_others_show(int difference, bool isCounted)
    {
        Commit(Samples.Batch(2, 90));
        for (var i = 10; i <= 17; i++)
        {
            Hand(Samples.Batch(2, (ulong)(10 * i)));
            Pass(100);
            Commit(Samples.Batch(2, difference < -10 ? 90 : (ulong)((10 * i) + difference)));
        }

        _watch.Judge(TimeSpan.Zero);
        Assert.That(_watch.IsSlow, Is.EqualTo(isCounted));
    }

    [Test]
    public void Fast_batches_of_one_origin_do_not_make_up_for_the_slow_ones_of_another()
    {
        for (var i = 1; i <= 8; i++)
        {
            Order(3, 5);
            Hand(Samples.Batch(2, (ulong)i));
            Pass(100);
            Commit(Samples.Batch(2, (ulong)i));
        }

        _watch.Judge(TimeSpan.Zero);
        Assert.That(_watch.IsSlow, Is.True);
    }

    [Test]
    public void Where_all_leaders_are_slow_each_is_allowed_twice_as_much_as_the_one_before()
    {
        foreach (var allowed in new[] { 62, 125, 250, 500 })
        {
            Order(16, allowed - 2);
            Assert.That(_watch.IsSlow, Is.False, $"{allowed} ms");
            Order(16, allowed + 2);
            Assert.That(_watch.IsSlow, Is.True, $"{allowed} ms");
            GiveUp((uint)(allowed / 62));
            Assert.That(_watch.IsSlow, Is.False, "the next one has done nothing yet");
        }
    }

    [Test]
    public void A_leader_that_is_slow_again_and_again_is_allowed_more_only_once_if_nobody_else_is()
    {
        for (var i = 0; i < 3; i++)
        {
            Order(8, 300);
            GiveUp(1);
        }

        Order(8, 124);
        Assert.That(_watch.IsSlow, Is.False);
        Order(8, 126);
        Assert.That(_watch.IsSlow, Is.True);
    }

    // Under as many leaders as there may be: each of them leads for eight batches.
    [TestCase(255, false)]
    [TestCase(256, true)]
    public void When_so_many_batches_in_a_row_were_in_time_whoever_led_the_next_is_allowed_no_more_than_the_first(int batches, bool isSlow)
    {
        Order(8, 300);
        GiveUp(1);
        for (; batches > 0; batches -= 8)
        {
            Order(Math.Min(batches, 8), 20);
            _watch.OnLeaderLost();
        }

        Order(8, 100);

        Assert.That(_watch.IsSlow, Is.EqualTo(isSlow));
    }

    [Test]
    public void Where_batches_are_late_and_in_time_by_turns_a_leader_is_given_up_once()
    {
        var givenUp = 0u;
        for (var i = 0; i < 100; i++)
        {
            Order(8, 80);
            if (_watch.IsSlow)
            {
                GiveUp(1 + (givenUp++ % 4));
            }

            Order(16, 50);
        }

        Assert.That(givenUp, Is.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_leader_that_was_given_up_for_another_reason_or_whose_term_was_over_changes_nothing(bool isGivenUp)
    {
        Order(8, isGivenUp ? 20 : 300);
        if (isGivenUp)
        {
            GiveUp(1);
        }

        _watch.OnLeaderLost();
        Order(8, 65);

        Assert.That(_watch.IsSlow, Is.True);
    }

    private static PbftState MakeState()
    {
        var context = new CoreContext { Self = new NodeId(3), Epoch = Epoch.Zero, Seed = 1, Now = Ticks.Zero, Recovered = EmptyDisk.Found };
        return new PbftState(context, new PbftOptions { BlockBytesMax = BlockBytes }, Samples.Identity(3));
    }

    private void GiveUp(uint leader)
    {
        _watch.OnLeaderGivenUp(new NodeId(leader));
        _watch.OnLeaderLost();
    }

    private CommandBatch Own() => Samples.Batch(3, ++_number, "a");

    private CommandBatch Hand(CommandBatch batch)
    {
        _watch.OnHanded(batch);
        return batch;
    }

    private void Order(int batches, int milliseconds, int usual = 0)
    {
        for (var i = 0; i < batches; i++)
        {
            var batch = Hand(Own());
            Pass(milliseconds);
            Commit(batch);
            _watch.Judge(TimeSpan.FromMilliseconds(usual));
        }
    }

    private void OrderAfter(int blocks, int bytesEach, int milliseconds)
    {
        var batch = Hand(Samples.Batch(3, ++_number, new string('x', 200)));
        for (var i = 0; i < blocks; i++)
        {
            Commit(Samples.Batch(4, ++_number, new string('x', bytesEach)));
        }

        Pass(milliseconds);
        Commit(batch);
        _watch.Judge(TimeSpan.Zero);
    }

    private void Pass(int milliseconds)
    {
        _now += TimeSpan.FromMilliseconds(milliseconds);
        _state.Begin(_now, new EffectBuffer(Lsn.Zero));
    }

    private void Commit(CommandBatch batch) => Commit(Samples.Block(1, batch));

    private void Commit(Block block)
    {
        _state.Log.Append(block, _state.Effects);
        _state.Log.CommitTo(_state.Log.Last);
        foreach (var batch in block.Batches)
        {
            var highest = _highest.GetValueOrDefault(batch.Origin);
            _highest[batch.Origin] = Math.Max(highest, batch.Number);
            _watch.OnOrdered(batch.Origin, batch.Number, isNew: batch.Number > highest);
        }

        _watch.OnPassed(_state.Log.Last);
    }
}
