namespace Consensus.Pbft.Tests;

/// <summary>What node 3 does in view 0 about a primary that orders its batches, and each of them late.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PaceTests
{
    private const int Enough = 8;

    private readonly TestReplica _replica = new(options: Group.Options with { CheckpointBlocks = 32, WindowBlocks = 64 });

    [TestCase(60, false)]
    [TestCase(65, true)]
    [TestCase(490, true)]
    public void A_primary_that_orders_everything_late_is_suspected_and_left_when_another_suspects_it_too(int late, bool isSuspected)
    {
        for (var i = 0; i < Enough; i++)
        {
            Order(late, echo: 0);
        }

        Assert.That(IsSuspected(), Is.EqualTo(isSuspected));
        Assert.That(_replica.LeavesWithAnother(), Is.EqualTo(isSuspected));
    }

    [TestCase(40, 110, false)]
    [TestCase(40, 130, true)]
    public void It_may_take_longer_as_far_as_the_network_and_the_disks_do(int share, int late, bool isSuspected)
    {
        for (var i = 0; i < Enough; i++)
        {
            Order(late, echo: share / 5);
        }

        Assert.That(IsSuspected(), Is.EqualTo(isSuspected), "an echo of 8 ms stands for 128 ms");
    }

    [Test]
    public void Echoes_that_a_primary_makes_long_for_one_backup_in_every_second_block_do_not_count()
    {
        for (var i = 0; i < 2 * Enough; i++)
        {
            Order(200, echo: i % 2 == 0 ? 100 : 2);
        }

        Assert.That(IsSuspected(), Is.True);
    }

    [Test]
    public void Suspicion_ends_with_the_reason_for_it()
    {
        for (var i = 0; i < Enough; i++)
        {
            Order(100, echo: 0);
        }

        Assert.That(IsSuspected(), Is.True);
        for (var i = 0; i < 2 * Enough; i++)
        {
            Order(10, echo: 0);
        }

        Assert.That(IsSuspected(), Is.False);
    }

    [Test]
    public void What_a_replica_suspects_it_says_soon_though_nothing_is_ordered()
    {
        for (var i = 0; i < Enough; i++)
        {
            Order(100, echo: 0);
        }

        _replica.Wait(100);
        Assert.That(_replica.SuspectsPrimary, Is.True, "by default it tells where it is each 500 ms when nothing is under way");
        for (var i = 0; i < 2 * Enough; i++)
        {
            Order(10, echo: 0);
        }

        _replica.Wait(100);
        Assert.That(_replica.SuspectsPrimary, Is.False, "and so it takes it back");
    }

    private bool IsSuspected()
    {
        _replica.Wait(500);
        return _replica.SuspectsPrimary;
    }

    /// <summary>A command of this replica's callers is committed so many milliseconds after it was submitted; and as long after its block was accepted here others are known to have accepted it.</summary>
    private void Order(int milliseconds, int echo)
    {
        _replica.Propose(1);
        var number = _replica.Committed + 1;
        var block = new Block(new Timestamp(5), [_replica.SentOf<Submit>().Last(submit => submit.Batch.Origin == _replica.Id).Batch]);
        _replica.Wait(milliseconds - echo);
        _replica.Receive(1, Group.PrePrepare(0, number, block));
        _replica.Wait(echo);
        foreach (var backup in new uint[] { 2, 4 })
        {
            _replica.Receive(backup, Group.Vote(backup, StatementKind.PbftPrepare, number, block.Digest));
        }

        _replica.Commit(block);
    }
}
