using System.Globalization;

namespace Consensus.Gossip.Tests.Membership;

/// <summary>How fast a dead member is found, and that nobody else is taken for one.</summary>
public sealed class DetectionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [TestCase(0.00)]
    [TestCase(0.02)]
    [TestCase(0.05)]
    public void Of_a_hundred_a_dead_one_is_known_to_all_within_five_seconds_and_nobody_else_is_taken_for_dead(double loss)
    {
        for (var seed = 1ul; seed <= 5; seed++)
        {
            OnlyTheDeadOneDies(seed, loss);
        }
    }

    [Test]
    [Explicit("takes minutes")]
    public void So_it_is_with_many_seeds()
    {
        for (var seed = 100ul; seed < 400; seed++)
        {
            OnlyTheDeadOneDies(seed, 0.05);
        }
    }

    [Test]
    [Explicit("takes minutes")]
    public void So_are_slow_ones_with_many_seeds([Range(100, 139)] int seed) => Slow_nodes_are_not_taken_for_dead_and_do_not_take_others_for_dead((ulong)seed);

    [Test]
    public void Slow_nodes_are_not_taken_for_dead_and_do_not_take_others_for_dead([Values(1ul, 2ul, 3ul)] ulong seed)
    {
        var swarm = TestSwarm.Whole(seed, 100, MembershipOptions.Lan);
        swarm.Network.Loss = 0.05;
        swarm.PauseNowAndThen(swarm.Network.Nodes.Where(node => node.Id.Value % 5 == 0).ToArray(), TimeSpan.FromSeconds(8));
        swarm.Network.Run(TimeSpan.FromSeconds(60));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(swarm.Told<MemberSuspected>(Ticks.Zero), Is.Not.Empty, "nobody was slow enough to be suspected");
            Assert.That(swarm.Told<MemberDied>(Ticks.Zero).Select(told => $"{told.Node.Id}: {told.Event.Member.Id}"), Is.Empty);
        }
    }

    [Test]
    public void When_nothing_happens_a_node_of_a_hundred_sends_less_than_eighty_three_bytes_a_second() => Assert.That(IdleBytes(1, 100), Is.LessThanOrEqualTo(83).And.GreaterThan(40));

    /// <summary>The figures of the README.</summary>
    [Test]
    [Explicit]
    public void Measure()
    {
        foreach (var (name, options) in new[] { ("Lan", MembershipOptions.Lan), ("Wan", MembershipOptions.Wan), ("Fast", MembershipOptions.Fast) })
        {
            foreach (var size in new[] { 20, 50, 100 })
            {
                var line = new System.Text.StringBuilder($"{name} {size}: {IdleBytes(1, size, options):0.0} B/s;");
                foreach (var loss in new[] { 0, 0.05 })
                {
                    var times = Enumerable.Range(1, 30).Select(seed => KilledIn((ulong)seed, size, options, loss)).Order().ToArray();
                    line.Append(CultureInfo.InvariantCulture, $" loss {loss}: {times[0]:0.00} {times[times.Length / 2]:0.00} {times[^1]:0.00} s;");
                }

                TestContext.Out.WriteLine(line);
            }
        }
    }

    private static double KilledIn(ulong seed, int size, MembershipOptions options, double loss)
    {
        var swarm = TestSwarm.Whole(seed, size, options);
        swarm.Network.Loss = loss;
        return Kill(swarm, 7, TimeSpan.FromSeconds(200))!.Value.TotalSeconds;
    }

    private static void OnlyTheDeadOneDies(ulong seed, double loss)
    {
        var swarm = TestSwarm.Whole(seed, 100, MembershipOptions.Lan);
        swarm.Network.Loss = loss;
        var time = Kill(swarm, 42, Limit);
        Assert.That(time, Is.Not.Null, $"seed {seed}: not all knew in time");
        swarm.Network.Run(TimeSpan.FromSeconds(3));
        Assert.That(swarm.Told<MemberDied>(Ticks.Zero).Select(told => told.Event.Member.Id.Value).Distinct(), Is.EqualTo([42u]), $"seed {seed}");
    }

    private static TimeSpan? Kill(TestSwarm swarm, uint victim, TimeSpan limit)
    {
        swarm.Network.Stop(swarm.Network[victim]);
        return swarm.Network.RunUntil(limit, () => swarm.AllSee(victim, SwarmMemberState.Dead));
    }

    private static double IdleBytes(ulong seed, int size, MembershipOptions? options = null)
    {
        var swarm = TestSwarm.Whole(seed, size, options ?? MembershipOptions.Lan);
        var before = swarm.Network.Nodes.Sum(node => node.BytesSent);
        swarm.Network.Run(TimeSpan.FromSeconds(120));
        return (swarm.Network.Nodes.Sum(node => node.BytesSent) - before) / 120.0 / size;
    }
}
