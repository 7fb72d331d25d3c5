namespace Consensus.Pbft.Tests;

/// <summary>What node 3 thinks of the primary of view 0, which may not propose more than 16 blocks after the stable checkpoint, while that is waited for.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WindowTests
{
    private const ulong Window = 16;
    private const ulong Interval = 4;

    private readonly TestReplica _replica = new();

    [TestCase(Window, false)]
    [TestCase(Window - 1, true)]
    public void A_primary_that_the_window_keeps_from_proposing_is_not_suspected(ulong committed, bool isSuspected)
    {
        _replica.CommitTo(committed);
        _replica.Propose(1);
        _replica.Wait(5000);

        Assert.That(_replica.LeavesWithAnother(), Is.EqualTo(isSuspected));
    }

    [Test]
    public void One_whose_last_block_is_not_committed_is_suspected_though_it_may_not_propose_another()
    {
        _replica.CommitTo(Window - 1);
        _replica.Receive(1, Group.PrePrepare(0, Window, Group.Block(99)));
        _replica.Propose(1);
        _replica.Wait(5000);

        Assert.That(_replica.LeavesWithAnother(), Is.True, "who keeps the votes for it from this replica, it cannot know");
    }

    [TestCase(400, false)]
    [TestCase(600, true)]
    public void When_the_window_opens_it_has_as_much_time_as_ever(int milliseconds, bool isSuspected)
    {
        _replica.CommitTo(Window);
        _replica.Propose(1);
        _replica.Wait(5000);
        _replica.Stabilize(Interval);
        _replica.Wait(milliseconds);

        Assert.That(_replica.LeavesWithAnother(), Is.EqualTo(isSuspected));
    }

    // Three blocks before the window shuts, and as many as make eight when it has opened: only in the time between, which counts but once, could the primary have ordered the batch.
    [TestCase(0, false)]
    [TestCase(300, true)]
    public void Whose_batch_waits_for_the_window_is_not_passed_over(int millisecondsEach, bool isSuspected)
    {
        _replica.CommitTo(Window - 3);
        _replica.Show(2, 50);
        _replica.CommitTo(Window);
        _replica.Wait(5000);
        for (var checkpoint = 1UL; checkpoint <= 2; checkpoint++)
        {
            _replica.Stabilize(checkpoint * Interval);
            for (var i = 0UL; i < Interval; i++)
            {
                _replica.Wait(millisecondsEach);
                _replica.CommitNext();
            }

            _replica.Wait(5000);
        }

        Assert.That(_replica.LeavesWithAnother(), Is.EqualTo(isSuspected));
    }

    [TestCase(50, false)]
    [TestCase(80, true)]
    public void What_a_batch_waits_for_the_window_is_not_the_primarys_pace(int milliseconds, bool isSuspected)
    {
        _replica.CommitTo(Window);
        for (var checkpoint = 1UL; checkpoint <= 8; checkpoint++)
        {
            _replica.Propose(1);
            var own = _replica.SentOf<Submit>().Last(submit => submit.Batch.Origin == _replica.Id).Batch;
            _replica.Wait(400);
            _replica.Stabilize(checkpoint * Interval);
            _replica.Wait(milliseconds);
            _replica.Commit(own);
            _replica.CommitTo(_replica.Committed + Interval - 1);
        }

        Assert.That(_replica.LeavesWithAnother(), Is.EqualTo(isSuspected));
    }
}
