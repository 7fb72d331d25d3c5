using Consensus.Simulation.Swarms;

namespace Consensus.Gossip.Tests.Swarms;

/// <summary>News in a swarm without groups, against figures that were computed independently (random phone calls on a complete graph): what is below them is as wrong as what is above.</summary>
public sealed class FlatSwarmTests
{
    private const int Standard = 3;

    // Mean rounds until 95 %, 99 % and 100 % know; calls, and messages with the news, for each agent.
    private static readonly object[] Reference =
    [
        new object[] { GossipMode.Push, 10, 1, 6.04, 6.04, 6.04, 2.93, 2.93 },
        new object[] { GossipMode.Push, 10, 3, 2.84, 2.84, 2.84, 3.65, 3.65 },
        new object[] { GossipMode.Pull, 10, 1, 5.07, 5.07, 5.07, 3.10, 0.90 },
        new object[] { GossipMode.Pull, 10, 3, 2.55, 2.55, 2.55, 4.86, 1.31 },
        new object[] { GossipMode.PushPull, 10, 1, 3.47, 3.47, 3.47, 3.47, 2.83 },
        new object[] { GossipMode.PushPull, 10, 5, 1.90, 1.90, 1.90, 9.51, 8.23 },
        new object[] { GossipMode.Push, 100, 1, 9.97, 11.29, 12.30, 5.61, 5.61 },
        new object[] { GossipMode.Pull, 100, 3, 4.61, 4.90, 5.03, 10.38, 1.48 },
        new object[] { GossipMode.PushPull, 100, 1, 5.90, 6.29, 6.53, 6.53, 4.50 },
        new object[] { GossipMode.PushPull, 100, 2, 4.04, 4.28, 4.50, 9.01, 5.85 },
        new object[] { GossipMode.Push, 1_000, 3, 6.97, 7.00, 8.17, 9.01, 9.01 },
        new object[] { GossipMode.Pull, 1_000, 1, 12.48, 13.08, 13.78, 10.07, 1.00 },
        new object[] { GossipMode.PushPull, 1_000, 1, 8.07, 8.55, 9.14, 9.14, 5.49 },
        new object[] { GossipMode.PushPull, 1_000, 3, 4.90, 5.00, 5.07, 15.20, 7.71 },
        new object[] { GossipMode.Push, 10_000, 1, 17.00, 18.41, 23.71, 10.32, 10.32 },
        new object[] { GossipMode.PushPull, 10_000, 1, 10.18, 10.67, 11.60, 11.60, 6.19 },
        new object[] { GossipMode.PushPull, 10_000, 5, 5.00, 5.00, 5.16, 25.79, 10.41 },
    ];

    [TestCaseSource(nameof(Reference))]
    public void News_spreads_as_fast_as_it_should_and_no_faster(GossipMode mode, int agents, int fanout, double rounds95, double rounds99, double rounds100, double calls, double messages)
    {
        var runs = Spread(new SwarmOptions { Agents = agents, Fanout = fanout, Mode = mode, Seed = 11 }, agents >= 10_000 ? 150 : 1_000);

        using (Assert.EnterMultipleScope())
        {
            Near(runs, run => run.RoundsUntil(0.95)!.Value, rounds95, "95 %");
            Near(runs, run => run.RoundsUntil(0.99)!.Value, rounds99, "99 %");
            Near(runs, run => run.RoundsUntil(1)!.Value, rounds100, "all");
            Near(runs, run => (double)run.Traffic.Calls / agents, calls, "calls");
            Near(runs, run => (double)run.Traffic.Payloads / agents, messages, "messages");
        }
    }

    [Test]
    public void A_million_agents_know_in_about_sixteen_rounds()
    {
        var run = FlatSwarm.Spread(new SwarmOptions { Agents = 1_000_000, Seed = 3 });

        Assert.That(run.RoundsUntil(1), Is.InRange(15, 18));
        Assert.That(run.Rounds[^1].Informed, Is.EqualTo(1_000_000));
        Assert.That((double)run.Traffic.Payloads / 1_000_000, Is.EqualTo(7.13).Within(0.6));
    }

    [TestCase(GossipMode.Push)]
    [TestCase(GossipMode.Pull)]
    [TestCase(GossipMode.PushPull)]
    public void The_same_seed_gives_the_same_run_on_any_number_of_processors(GossipMode mode)
    {
        var options = new SwarmOptions { Agents = 300_000, Fanout = 2, Mode = mode, Seed = 5, Loss = 0.05, Away = 0.05, Silent = 0.05 };

        var one = FlatSwarm.Spread(options);

        Assert.That(FlatSwarm.Spread(options with { Processors = 4 }).Rounds, Is.EqualTo(one.Rounds));
        Assert.That(FlatSwarm.Spread(options with { Seed = 6 }).Rounds, Is.Not.EqualTo(one.Rounds));
        Assert.That(FlatSwarm.Spread(options, run: 1).Rounds, Is.Not.EqualTo(one.Rounds));
    }

    [Test]
    public void What_gets_lost_who_is_away_and_who_tells_nobody_each_make_it_slower_and_stop_nothing()
    {
        var calm = new SwarmOptions { Agents = 2_000, Seed = 9 };
        var mean = Mean(calm);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Mean(calm with { Loss = 0.3 }), Is.GreaterThan(mean + 1));
            Assert.That(Mean(calm with { Away = 0.3 }), Is.GreaterThan(mean + 1));
            Assert.That(Mean(calm with { Silent = 0.3 }), Is.GreaterThan(mean + 1));
        }

        static double Mean(SwarmOptions options) => Spread(options, 50).Average(run => run.RoundsUntil(1)!.Value);
    }

    [Test]
    public void Who_is_faulty_need_not_be_told()
    {
        var run = FlatSwarm.Spread(new SwarmOptions { Agents = 1_000, Silent = 0.4, Seed = 2 });

        Assert.That(run.IsComplete);
        Assert.That(run.MustKnow, Is.InRange(520, 680));
    }

    [Test]
    public void Who_does_not_get_there_is_given_up()
    {
        var run = FlatSwarm.Spread(new SwarmOptions { Agents = 1_000, RoundsMax = 3 });

        Assert.That(run.IsComplete, Is.False);
        Assert.That((run.Rounds.Count, run.RoundsUntil(1)), Is.EqualTo((3, (int?)null)));
    }

    [Test]
    public void Calls_between_regions_are_counted()
    {
        var run = FlatSwarm.Spread(new SwarmOptions { Agents = 1_000, Fanout = 3, RegionAgents = 100, Seed = 4 });
        var share = (double)run.Traffic.FarCalls / run.Traffic.Calls;

        // 900 of the 999 others are in other regions.
        Assert.That(share, Is.EqualTo(900 / 999.0).Within(0.01));
        Assert.That(FlatSwarm.Spread(new SwarmOptions { Agents = 1_000, RegionAgents = 1_000 }).Traffic.FarCalls, Is.Zero);
    }

    private static readonly SwarmOptions Valid = new() { Agents = 10 };

    private static readonly object[] Invalid =
    [
        new object[] { Valid with { Agents = 1 }, "Agents is 1; allowed: 2 to 100,000,000." },
        new object[] { Valid with { Fanout = 0 }, "Fanout is 0; allowed: 1 to Agents - 1 (9)." },
        new object[] { Valid with { Fanout = 10 }, "Fanout is 10; allowed: 1 to Agents - 1 (9)." },
        new object[] { Valid with { Mode = (GossipMode)7 }, "Mode is 7; allowed: Push, Pull, PushPull." },
        new object[] { Valid with { Loss = 1 }, "Loss is 1; allowed: 0 to 0.99." },
        new object[] { Valid with { Away = -0.1 }, "Away is -0.1; allowed: 0 to 0.99." },
        new object[] { Valid with { Silent = double.NaN }, "Silent is NaN; allowed: 0 to 0.99." },
        new object[] { Valid with { RoundsMax = 0 }, "RoundsMax is 0; allowed: 1 to 100,000." },
        new object[] { Valid with { RegionAgents = 0 }, "RegionAgents is 0; allowed: 1 or more." },
        new object[] { Valid with { Processors = 0 }, "Processors is 0; allowed: 1 or more." },
    ];

    [TestCaseSource(nameof(Invalid))]
    public void A_setting_out_of_range_is_refused(SwarmOptions options, string problem) =>
        Assert.That(() => FlatSwarm.Spread(options), Throws.TypeOf<ConsensusException>().With.Message.EqualTo(problem));

    private static SwarmRun[] Spread(SwarmOptions options, int runs) => [.. Enumerable.Range(0, runs).Select(run => FlatSwarm.Spread(options, run))];

    /// <summary>The reference was rounded, and computed from trials itself: hence the room besides the error of the mean.</summary>
    private static void Near(SwarmRun[] runs, Func<SwarmRun, double> figure, double expected, string what)
    {
        var mean = runs.Average(figure);
        var error = Math.Sqrt(runs.Average(run => Math.Pow(figure(run) - mean, 2)) / runs.Length);
        Assert.That(mean, Is.EqualTo(expected).Within((Standard * error) + (0.01 * expected) + 0.01), what);
    }
}
