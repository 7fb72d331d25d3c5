using Consensus.Raft.Election;

namespace Consensus.Raft.Tests.Election;

[TestFixture]
public sealed class ElectionTimerTests
{
    private static readonly RaftOptions Options = new();

    [Test]
    public void Every_wait_lies_between_the_bounds_and_they_differ()
    {
        var waits = new HashSet<TimeSpan>();
        for (ulong seed = 0; seed < 200; seed++)
        {
            var state = NewState.Of(1, NewState.Voters(3), Options, seed);
            var timer = new ElectionTimer(state);
            Check();
            state.Now += TimeSpan.FromSeconds(1);
            timer.Restart();
            Check();
            timer.OnLeaderHeard();
            Check();

            void Check()
            {
                var wait = timer.Deadline - state.Now;
                Assert.That(wait, Is.InRange(Options.ElectionTimeoutMin, Options.ElectionTimeoutMax), $"seed {seed}");
                waits.Add(wait);
            }
        }

        Assert.That(waits, Has.Count.GreaterThan(550), "of 600");
        var spread = Options.ElectionTimeoutMax - Options.ElectionTimeoutMin;
        Assert.That(waits.Min(), Is.LessThan(Options.ElectionTimeoutMin + (spread / 20)));
        Assert.That(waits.Max(), Is.GreaterThan(Options.ElectionTimeoutMax - (spread / 20)));
    }

    [Test]
    public void A_leader_is_fresh_for_the_shortest_timeout_after_it_was_heard()
    {
        var state = NewState.Of(1, NewState.Voters(3), Options);
        var timer = new ElectionTimer(state);
        state.Leader = new NodeId(2);
        Assert.That(timer.IsLeaderFresh, Is.False, "it was never heard");
        timer.OnLeaderHeard();
        var heardAt = state.Now;
        Assert.That(timer.IsLeaderFresh, Is.True);
        state.Now = heardAt + (Options.ElectionTimeoutMin - TimeSpan.FromTicks(1));
        Assert.That(timer.IsLeaderFresh, Is.True);
        state.Now += TimeSpan.FromTicks(1);
        Assert.That(timer.IsLeaderFresh, Is.False);
    }

    [Test]
    public void A_leader_that_is_no_longer_followed_is_not_fresh()
    {
        var state = NewState.Of(1, NewState.Voters(3), Options);
        var timer = new ElectionTimer(state);
        state.Leader = new NodeId(2);
        timer.OnLeaderHeard();
        state.Leader = NodeId.None;
        Assert.That(timer.IsLeaderFresh, Is.False);
    }

    /// <summary>The pitfall: a restarted voter has forgotten whom it heard, and helps to depose a leader that reads by its lease.</summary>
    [TestCase(ReadMode.Lease, true)]
    [TestCase(ReadMode.ReadIndex, false)]
    public void With_leases_a_replica_that_has_just_started_defends_a_leader_it_may_have_forgotten(ReadMode reads, bool expected)
    {
        var state = NewState.Of(1, NewState.Voters(3), Options with { Reads = reads });
        var timer = new ElectionTimer(state);
        Assert.That(timer.IsLeaderFresh, Is.EqualTo(expected));
        state.Now += Options.ElectionTimeoutMin;
        Assert.That(timer.IsLeaderFresh, Is.False);
    }
}
