using Consensus.Raft.Election;

namespace Consensus.Raft.Tests.Election;

[TestFixture]
internal sealed class ElectionTimerTests
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
    public void Whoever_stands_first_does_so_at_once_and_soon_again_as_long_as_the_others_wait()
    {
        var state = NewState.Of(1, NewState.Voters(3), Options with { StandsFirst = true });
        var begun = state.Now;
        var timer = new ElectionTimer(state);
        Assert.That(timer.Deadline, Is.EqualTo(begun));

        var tries = 0;
        for (; timer.Deadline < begun + Options.ElectionTimeoutMin; tries++)
        {
            state.Now = timer.Deadline;
            timer.Restart();
            Assert.That(timer.Deadline - state.Now, Is.EqualTo(Options.HeartbeatInterval / 4));
        }

        Assert.That(tries, Is.EqualTo(15));
        state.Now = begun + Options.ElectionTimeoutMin;
        AssertWaits(timer, state);
    }

    [TestCaseSource(nameof(ReasonsToWait))]
    public void Whoever_stands_first_waits_as_others_do_when_somebody_leads_or_was_elected_or_it_cannot_lead(Action<RaftState, ElectionTimer> happens)
    {
        var state = NewState.Of(1, NewState.Voters(3), Options with { StandsFirst = true });
        var timer = new ElectionTimer(state);

        happens(state, timer);

        AssertWaits(timer, state);
    }

    private static IEnumerable<TestCaseData> ReasonsToWait
    {
        get
        {
            yield return new TestCaseData((RaftState state, ElectionTimer timer) => timer.OnLeaderHeard()).SetArgDisplayNames("A leader was heard");
            yield return new TestCaseData((RaftState state, ElectionTimer timer) => state.SaveTermAndVote(new Term(1), NodeId.None)).SetArgDisplayNames("There was an election");
            yield return new TestCaseData((RaftState state, ElectionTimer timer) => state.OnSpaceChanged(false)).SetArgDisplayNames("The disk is full");
        }
    }

    private static void AssertWaits(ElectionTimer timer, RaftState state)
    {
        timer.Restart();
        Assert.That(timer.Deadline - state.Now, Is.GreaterThanOrEqualTo(Options.ElectionTimeoutMin));
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
