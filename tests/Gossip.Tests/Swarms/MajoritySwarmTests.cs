using Consensus.Simulation.Swarms;

namespace Consensus.Gossip.Tests.Swarms;

/// <summary>Votes by majority, against figures that were computed independently: they are no agreement, and the figures say how far from one.</summary>
public sealed class MajoritySwarmTests
{
    [TestCase(10, 3, 0.7, 2.60, 0.00265)]
    [TestCase(10, 3, 0.55, 4.25, 0.08410)]
    [TestCase(10, 5, 0.7, 1.64, 0.00000)]
    [TestCase(10, 5, 0.55, 2.55, 0.02155)]
    [TestCase(100, 3, 0.7, 3.21, 0.00000)]
    [TestCase(100, 3, 0.55, 7.09, 0.04270)]
    [TestCase(100, 5, 0.55, 4.63, 0.01745)]
    [TestCase(1_000, 3, 0.55, 6.88, 0.00000)]
    [TestCase(1_000, 5, 0.7, 2.02, 0.00000)]
    public void A_vote_converges_as_fast_and_goes_wrong_as_often_as_it_should(int agents, int fanout, double share, double rounds, double wrong)
    {
        var trials = agents < 1_000 ? 4_000 : 200;
        var options = new VoteOptions { Agents = agents, For = share, Fanout = fanout, RoundsMax = 1_000, Seed = 21 };
        var runs = Enumerable.Range(0, trials).Select(run => MajoritySwarm.Vote(options, run)).ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(runs.Average(run => run.Rounds), Is.EqualTo(rounds).Within(0.03 * rounds));
            Assert.That((double)runs.Count(run => run.IsWrong) / trials, Is.EqualTo(wrong).Within(0.001 + (4 * Math.Sqrt(wrong * (1 - wrong) / trials))));
            Assert.That(runs, Has.All.Matches<VoteRun>(run => run is { Decision: not null, Agreement: >= 0.95 }));
        }
    }

    [Test]
    public void The_votes_that_are_proposed_are_those_that_count()
    {
        var options = new VoteOptions { Agents = 20, Fanout = 4, RoundsMax = 50, Seed = 1 };

        var none = MajoritySwarm.Propose([.. Enumerable.Repeat(false, 20)], options);
        var most = MajoritySwarm.Propose([.. Enumerable.Range(0, 20).Select(agent => agent < 16)], options);

        Assert.That((none.Decision, none.Rounds, none.Calls, none.Agreement), Is.EqualTo(((bool?)false, 0, 0L, 1.0)));
        Assert.That((most.Decision, most.IsWrong), Is.EqualTo(((bool?)true, false)));
        Assert.That(most.Calls, Is.EqualTo(most.Rounds * 20L * 4));
        Assert.That(() => MajoritySwarm.Propose([true], options), Throws.TypeOf<ConsensusException>().With.Message.EqualTo("There are 1 votes; allowed: as many as Agents (20)."));
    }

    [Test]
    public void Where_too_few_agree_when_the_rounds_are_over_nothing_is_decided()
    {
        var run = MajoritySwarm.Vote(new VoteOptions { Agents = 1_000, For = 0.5, Fanout = 1, RoundsMax = 1, Seed = 3 });

        Assert.That((run.Decision, run.Rounds), Is.EqualTo(((bool?)null, 1)));
        Assert.That(run.Agreement, Is.LessThan(0.66));
    }

    // That is what quorums are for.
    [Test]
    public void Liars_can_turn_the_vote()
    {
        var options = new VoteOptions { Agents = 100, For = 0.55, Byzantine = 30, Fanout = 3, Seed = 4 };

        Assert.That(Enumerable.Range(0, 50).Count(run => MajoritySwarm.Vote(options, run).Decision != true), Is.Positive);
    }
}
