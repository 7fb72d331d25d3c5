using Consensus.Simulation.Swarms;

namespace Consensus.Gossip.Tests.Swarms;

/// <summary>Votes by quorum among liars who do as they please.</summary>
public sealed class QuorumSwarmTests
{
    [TestCase(10, 0)]
    [TestCase(10, 1)]
    [TestCase(10, 3)]
    [TestCase(100, 33)]
    public void With_at_most_a_third_of_liars_all_decide_what_the_honest_ones_want(int agents, int liars)
    {
        foreach (var run in Vote(new VoteOptions { Agents = agents, For = 0.7, Byzantine = liars, Rule = VoteRule.Quorum, Seed = 31 }, agents < 100 ? 500 : 60))
        {
            Assert.That((run.Decision, run.HonestDecided, run.IsWrong, run.IsConflicting), Is.EqualTo(((bool?)true, 1.0, false, false)));
        }
    }

    [Test]
    public void So_do_a_thousand()
    {
        var run = QuorumSwarm.Vote(new VoteOptions { Agents = 1_000, For = 0.7, Byzantine = 333, Rule = VoteRule.Quorum, Seed = 32 });

        Assert.That((run.Decision, run.HonestDecided, run.IsConflicting), Is.EqualTo(((bool?)true, 1.0, false)));
    }

    [TestCase(10, 4, 0.7)]
    [TestCase(10, 4, 0.3)]
    [TestCase(10, 4, 0.2)]
    [TestCase(7, 3, 0.3)]
    [TestCase(40, 16, 0.3)]
    public void With_more_liars_nobody_ever_decides_otherwise_than_another(int agents, int liars, double share)
    {
        var runs = Vote(new VoteOptions { Agents = agents, For = share, Byzantine = liars, Rule = VoteRule.Quorum, Seed = 33 }, 3_000).ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(runs.Count(run => run.IsConflicting), Is.Zero);
            Assert.That(runs.Count(run => run.KnowsOfTooManyLiars), Is.Positive);
            Assert.That(runs.Count(run => run.Decision is null), Is.GreaterThan(runs.Length / 2), "and mostly nothing can be decided");
        }
    }

    [Test]
    public void Where_the_honest_ones_disagree_too_much_nothing_is_decided()
    {
        var run = QuorumSwarm.Vote(new VoteOptions { Agents = 10, For = 0.5, Rule = VoteRule.Quorum, RoundsMax = 200 });

        Assert.That((run.Decision, run.HonestDecided, run.KnowsOfTooManyLiars), Is.EqualTo(((bool?)null, 0.0, false)));
        Assert.That(run.Rounds, Is.LessThan(200), "it is known before the rounds are over");
    }

    [Test]
    public void In_a_large_swarm_a_committee_votes_and_all_decide()
    {
        var options = new VoteOptions { Agents = 6_000, For = 0.9, Byzantine = 600, Rule = VoteRule.Quorum, CommitteeSize = 200, Seed = 34 };

        var run = QuorumSwarm.Vote(options);

        Assert.That((run.Decision, run.HonestDecided, run.IsConflicting), Is.EqualTo(((bool?)true, 1.0, false)));
    }

    [Test]
    public void A_committee_that_is_larger_than_the_swarm_is_refused()
    {
        var options = new VoteOptions { Agents = 4_050, Rule = VoteRule.Quorum, CommitteeSize = 4_096 };

        Assert.That(
            () => QuorumSwarm.Vote(options), Throws.TypeOf<ConsensusException>().With.Message.EqualTo("CommitteeSize is 4096; allowed: at most Agents (4050), where not all vote."));
    }

    [Test]
    public void The_same_seed_gives_the_same_vote()
    {
        var options = new VoteOptions { Agents = 50, For = 0.6, Byzantine = 17, Rule = VoteRule.Quorum, Seed = 35 };

        var first = Vote(options, 20).ToArray();

        Assert.That(Vote(options, 20), Is.EqualTo(first));
    }

    private static IEnumerable<VoteRun> Vote(VoteOptions options, int runs) => Enumerable.Range(0, runs).Select(run => QuorumSwarm.Vote(options, run));
}
