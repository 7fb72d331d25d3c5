using Consensus.Cli.Demo;

namespace Consensus.Cli.Tests.Demo;

[TestFixture]
public sealed class FaultPlanTests
{
    [TestCase(5, 1)]
    [TestCase(15, 1)]
    [TestCase(29, 1)]
    [TestCase(30, 2)]
    [TestCase(3600, 240)]
    public void A_leader_and_a_follower_die_in_each_round(int seconds, int rounds)
    {
        var plan = FaultPlan.For(TimeSpan.FromSeconds(seconds));

        Assert.That(plan.Count(step => step.Action == FaultAction.KillLeader), Is.EqualTo(rounds));
        Assert.That(plan.Count(step => step.Action == FaultAction.KillFollower), Is.EqualTo(rounds));
    }

    [Test]
    public void The_first_leader_dies_after_a_third() =>
        Assert.That(FaultPlan.For(TimeSpan.FromSeconds(15))[0], Is.EqualTo(new FaultStep(TimeSpan.FromSeconds(5), FaultAction.KillLeader)));

    [Test]
    public void Before_a_node_lies_nobody_is_down_any_more()
    {
        var duration = TimeSpan.FromSeconds(30);
        var plan = FaultPlan.BeforeLies(duration);

        Assert.That(plan.Select(step => step.Action), Is.EqualTo(new[] { FaultAction.KillLeader, FaultAction.Restart }));
        Assert.That(plan[^1].At, Is.LessThan(new ThreatPlan(duration).SignsBadly));
    }

    [Test]
    public void Never_is_more_than_one_node_down_and_all_are_back_before_the_end([Values(5, 7, 15, 44, 45, 100)] int seconds)
    {
        var duration = TimeSpan.FromSeconds(seconds);
        var down = 0;
        var last = TimeSpan.Zero;
        foreach (var step in FaultPlan.For(duration))
        {
            Assert.That(step.At, Is.GreaterThan(last));
            last = step.At;
            down += step.Action == FaultAction.Restart ? -1 : 1;
            Assert.That(down, Is.InRange(0, 1));
        }

        Assert.That(down, Is.Zero);
        Assert.That(last, Is.LessThan(duration));
    }
}
