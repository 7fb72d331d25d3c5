using Consensus.Simulation.Swarms;

namespace Consensus.Gossip.Tests.Swarms;

/// <summary>News in a swarm that is divided into groups, against figures that were computed independently.</summary>
public sealed class GroupedSwarmTests
{
    [TestCase(1, 1, 15.39, 16.28, 17.80)]
    [TestCase(1, 3, 13.11, 13.86, 15.22)]
    [TestCase(2, 1, 11.03, 11.30, 12.42)]
    [TestCase(2, 3, 9.29, 9.77, 10.58)]
    [TestCase(3, 3, 7.99, 8.21, 9.03)]
    [TestCase(5, 1, 8.11, 8.18, 8.35)]
    public void Groups_take_more_rounds_than_none(int fanout, int leaders, double rounds95, double rounds99, double rounds100)
    {
        var options = Options(10_000, fanout, leaders);
        var runs = Enumerable.Range(0, 200).Select(run => GroupedSwarm.SpreadInRounds(options, run)).ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(runs.Average(run => run.RoundsUntil(0.95)), Is.EqualTo(rounds95).Within(0.03 * rounds95));
            Assert.That(runs.Average(run => run.RoundsUntil(0.99)), Is.EqualTo(rounds99).Within(0.03 * rounds99));
            Assert.That(runs.Average(run => run.RoundsUntil(1)), Is.EqualTo(rounds100).Within(0.03 * rounds100));
        }
    }

    [Test]
    public void A_million_agents_in_three_levels_take_as_many_rounds_as_they_should()
    {
        var options = Options(1_000_000, fanout: 2, leaders: 3);

        var rounds = Enumerable.Range(0, 3).Average(run => GroupedSwarm.SpreadInRounds(options, run).RoundsUntil(1));

        Assert.That(rounds, Is.EqualTo(17.5).Within(1.5));
    }

    // The slowest calls go between regions: flat, nearly all do.
    [TestCase(1)]
    [TestCase(2)]
    public void Where_distance_costs_groups_take_half_of_the_time_and_nearly_nothing_crosses_regions(int fanout)
    {
        var options = Options(1_000_000, fanout, leaders: 3);

        var grouped = GroupedSwarm.SpreadInTime(options);
        var flat = FlatSwarm.Spread(options.Swarm with { RegionAgents = options.RegionAgents });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(flat.RoundsUntil(1) * options.FlatLatency, Is.GreaterThanOrEqualTo(2 * grouped.TimeUntil(1)!.Value));
            Assert.That(grouped.Ticks.Traffic.FarCalls, Is.Positive.And.LessThan(flat.Traffic.FarCalls / 50));
        }
    }

    [Test]
    public void The_same_seed_gives_the_same_run_on_any_number_of_processors()
    {
        var options = Options(100_000, fanout: 2, leaders: 2) with { GroupSize = 50 };
        options = options with { Swarm = options.Swarm with { Loss = 0.1, Away = 0.1 } };

        var one = GroupedSwarm.SpreadInTime(options);
        var four = GroupedSwarm.SpreadInTime(options with { Swarm = options.Swarm with { Processors = 4 } });

        Assert.That(four.Ticks.Rounds, Is.EqualTo(one.Ticks.Rounds));
    }

    [Test]
    public void What_is_lost_and_who_is_away_stops_nothing()
    {
        var options = Options(20_000, fanout: 2, leaders: 3);
        options = options with { Swarm = options.Swarm with { Loss = 0.2, Away = 0.2 } };

        Assert.That(GroupedSwarm.SpreadInTime(options).Ticks.IsComplete);
    }

    private static readonly HierarchyOptions Valid = Options(1_000, fanout: 1, leaders: 3);

    private static readonly object[] Invalid =
    [
        new object[] { Valid with { GroupSize = 1 }, "GroupSize is 1; allowed: 2 to 10,000." },
        new object[] { Valid with { Leaders = 100 }, "Leaders is 100; allowed: 1 to GroupSize - 1 (99)." },
        new object[] { Valid with { Swarm = Valid.Swarm with { Fanout = 100 } }, "Fanout is 100; allowed: in groups 1 to GroupSize - 1 (99)." },
        new object[] { Valid with { RegionLatency = TimeSpan.Zero }, "RegionLatency is 0s; allowed: 1ms to 1min, in whole milliseconds." },
        new object[] { Valid with { PayloadBytes = -1 }, "PayloadBytes is -1; allowed: 0 or more." },
    ];

    [TestCaseSource(nameof(Invalid))]
    public void A_setting_out_of_range_is_refused(HierarchyOptions options, string problem) =>
        Assert.That(() => GroupedSwarm.SpreadInTime(options), Throws.TypeOf<ConsensusException>().With.Message.StartsWith(problem));

    private static HierarchyOptions Options(int agents, int fanout, int leaders) => new() { Swarm = new SwarmOptions { Agents = agents, Fanout = fanout, Seed = 12 }, Leaders = leaders };
}
