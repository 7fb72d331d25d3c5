namespace Consensus.Gossip.Tests.Membership;

/// <summary>What members of a swarm that is divided believe, and how they find each other again.</summary>
public sealed class PartitionTests
{
    private const int Size = 50;

    [Test]
    public void The_smaller_side_knows_within_a_second_and_all_is_as_before_soon_after_the_partition([Values(1ul, 2ul, 3ul, 4ul, 5ul)] ulong seed)
    {
        var swarm = TestSwarm.Whole(seed, Size, MembershipOptions.Fast);
        swarm.Network.Loss = 0.01;
        var cut = Divide(swarm, 20);

        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(1), () => Small(swarm, 20).All(side => side == SwarmSide.Minority)), Is.Not.Null, "the smaller side does not know");
        swarm.Network.Run(TimeSpan.FromSeconds(20));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Small(swarm, 20), Has.All.EqualTo(SwarmSide.Minority));
            Assert.That(Large(swarm, 20), Has.All.EqualTo(SwarmSide.Majority));
            Assert.That(swarm.Told<SwarmDivided>(cut).Select(told => told.Node.Id.Value), Is.EquivalentTo(Enumerable.Range(1, 20)));
            Assert.That(swarm.Network.Nodes.Select(node => TestSwarm.Core(node).FullSize), Has.All.EqualTo(Size));
            Assert.That(swarm.Network.Nodes.Select(node => TestSwarm.Core(node).SwarmSize), Is.EqualTo(Enumerable.Repeat(20, 20).Concat(Enumerable.Repeat(30, 30))));
        }

        var healed = swarm.Network.Now;
        swarm.Network.IsCut = static (_, _) => false;
        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(5), () => swarm.AllSee(Size) && Small(swarm, Size).All(side => side == SwarmSide.Majority)), Is.Not.Null, "the sides do not find each other");
        swarm.Network.Run(TimeSpan.FromSeconds(5));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(swarm.Told<MemberDied>(healed), Is.Empty, "nobody who was reachable all the time is buried by the other side's table");
            Assert.That(swarm.Told<SwarmReunited>(healed).Count(), Is.EqualTo(20));
            Assert.That(swarm.AllSee(Size), Is.True);
        }
    }

    [Test]
    public void Of_two_halves_none_is_the_swarm()
    {
        var swarm = TestSwarm.Whole(7, Size, MembershipOptions.Fast);
        Divide(swarm, 25);

        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(2), () => Small(swarm, Size).All(side => side == SwarmSide.Minority)), Is.Not.Null);
    }

    [Test]
    public void A_smaller_side_does_not_become_the_swarm_by_forgetting_the_others()
    {
        var swarm = TestSwarm.Whole(8, 10, MembershipOptions.Fast with { TombstoneTime = TimeSpan.FromSeconds(5) });
        Divide(swarm, 4);
        swarm.Network.Run(TimeSpan.FromSeconds(60));

        Assert.That(Small(swarm, 4), Has.All.EqualTo(SwarmSide.Minority));
        Assert.That(swarm.Network.Nodes.Take(4).Select(node => TestSwarm.Core(node).FullSize), Has.All.EqualTo(10));
    }

    [Test]
    public void With_the_defaults_the_smaller_side_knows_in_a_few_seconds()
    {
        var swarm = TestSwarm.Whole(9, Size, MembershipOptions.Lan);
        Divide(swarm, 20);

        Assert.That(swarm.Network.RunUntil(TimeSpan.FromSeconds(4), () => Small(swarm, 20).All(side => side == SwarmSide.Minority)), Is.Not.Null);
    }

    [Test]
    public void Those_who_leave_one_after_the_other_are_no_partition()
    {
        var swarm = TestSwarm.Whole(10, 12, MembershipOptions.Fast);
        for (var id = 12u; id > 3; id--)
        {
            swarm.Leave(swarm.Network[id]);
            swarm.Network.Run(TimeSpan.FromSeconds(3));
        }

        Assert.That(Small(swarm, 3), Has.All.EqualTo(SwarmSide.Majority));
        Assert.That(swarm.Told<SwarmDivided>(Ticks.Zero), Is.Empty);
    }

    [Test]
    public void A_node_that_hears_nobody_but_is_heard_brings_nobody_down_and_causes_no_storm()
    {
        var swarm = TestSwarm.Whole(11, 30, MembershipOptions.Lan);
        var before = swarm.Network.Now;
        swarm.Network.IsCut = static (_, to) => to.Value == 13;
        var sent = swarm.Network.Nodes.Sum(node => node.BytesSent);
        swarm.Network.Run(TimeSpan.FromSeconds(60));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(swarm.Told<MemberDied>(before).Where(told => told.Node.Id.Value != 13).Select(told => told.Event.Member.Id.Value).Distinct(), Is.SubsetOf(new[] { 13u }));
            Assert.That((swarm.Network.Nodes.Sum(node => node.BytesSent) - sent) / 60 / 30, Is.LessThan(1_000));
        }
    }

    /// <summary>The figures of the README.</summary>
    [Test]
    [Explicit]
    public void Measure()
    {
        foreach (var (name, options) in new[] { ("Lan", MembershipOptions.Lan), ("Wan", MembershipOptions.Wan), ("Fast", MembershipOptions.Fast) })
        {
            var known = new List<double>();
            var healed = new List<double>();
            for (var seed = 1ul; seed <= 20; seed++)
            {
                var swarm = TestSwarm.Whole(seed, Size, options);
                swarm.Network.Loss = 0.01;
                Divide(swarm, 20);
                known.Add(swarm.Network.RunUntil(TimeSpan.FromSeconds(100), () => Small(swarm, 20).All(side => side == SwarmSide.Minority))!.Value.TotalSeconds);
                swarm.Network.Run(TimeSpan.FromSeconds(90));
                swarm.Network.IsCut = static (_, _) => false;
                healed.Add(swarm.Network.RunUntil(TimeSpan.FromSeconds(200), () => swarm.AllSee(Size) && Small(swarm, Size).All(side => side == SwarmSide.Majority))!.Value.TotalSeconds);
            }

            known.Sort();
            healed.Sort();
            TestContext.Out.WriteLine($"{name}: minority known after {known[0]:0.00} {known[10]:0.00} {known[^1]:0.00} s; healed after {healed[0]:0.00} {healed[10]:0.00} {healed[^1]:0.00} s");
        }
    }

    private static Ticks Divide(TestSwarm swarm, uint first)
    {
        swarm.Network.IsCut = (from, to) => from.Value <= first != to.Value <= first;
        return swarm.Network.Now;
    }

    private static IEnumerable<SwarmSide> Small(TestSwarm swarm, int count) => swarm.Running.Take(count).Select(node => TestSwarm.Core(node).Side);

    private static IEnumerable<SwarmSide> Large(TestSwarm swarm, int count) => swarm.Running.Skip(count).Select(node => TestSwarm.Core(node).Side);
}
