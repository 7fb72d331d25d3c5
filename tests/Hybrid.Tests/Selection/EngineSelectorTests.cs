using Consensus.Hybrid.Selection;

namespace Consensus.Hybrid.Tests.Selection;

/// <summary>Requirement A4: each cell of the boundary table, with the thresholds as they are and with others.</summary>
[TestFixture]
public sealed class EngineSelectorTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private static readonly SelectionThresholds[] Limits =
    [
        new(),
        new() { SwarmSizeLimit = 4, LatencyLimit = TimeSpan.FromMilliseconds(1) },
        new() { SwarmSizeLimit = 7, LatencyLimit = TimeSpan.FromMilliseconds(250) },
        new() { SwarmSizeLimit = 1_000_000, LatencyLimit = TimeSpan.FromHours(1) },
    ];

    /// <summary>The answer for each size, first without, then with Byzantine members: with no latency, 0, under the limit, at it, above it. R, P, H, G; m: no members; t: no time; f: too few.</summary>
    private static readonly (int Size, string Crashes, string Byzantine)[] Table =
    [
        (int.MinValue, "mmmmm", "mmmmm"),
        (-1, "mmmmm", "mmmmm"),
        (0, "mmmmm", "mmmmm"),
        (1, "RtRRR", "ftfff"),
        (2, "RtRRR", "ftfff"),
        (3, "RtRRR", "ftfff"),
        (4, "RtRRR", "PtHPP"),
        (5, "RtRRR", "PtHPP"),
        (6, "RtRRR", "PtHPP"),
        (7, "RtRRR", "PtHPP"),
        (64, "RtRRR", "PtHPP"),
        (999, "RtRRR", "PtHPP"),
        (1_000, "RtRRR", "PtHPP"),
        (1_001, "RtRRR", "GtGGG"),
        (1_000_000, "RtRRR", "GtGGG"),
        (int.MaxValue, "RtRRR", "GtGGG"),
    ];

    private static IEnumerable<TestCaseData> Cells =>
        from row in Table
        from byzantine in new[] { false, true }
        from column in Latencies(TimeSpan.FromMilliseconds(100)).Index()
        select new TestCaseData(row.Size, column.Item, byzantine, (byzantine ? row.Byzantine : row.Crashes)[column.Index]);

    [TestCaseSource(nameof(Cells))]
    public void Each_cell_of_the_table(int size, TimeSpan? latency, bool byzantine, char expected) =>
        Assert.That(Letter(EngineSelector.Select(new(size, latency, byzantine), new())), Is.EqualTo(expected));

    [TestCase(false)]
    [TestCase(true)]
    public void A_microsecond_around_the_latency_limit_decides(bool byzantine)
    {
        char[] found = [.. new[] { 99.999, 100, 100.001 }.Select(ms => Letter(EngineSelector.Select(new(4, TimeSpan.FromMilliseconds(ms), byzantine), new())))];

        Assert.That(new string(found), Is.EqualTo(byzantine ? "HPP" : "RRR"));
    }

    [Test]
    public void A_negative_latency_is_refused_as_none_is() =>
        Assert.That(EngineSelector.Select(new(4, TimeSpan.FromMilliseconds(-1), true), new()).Rule, Is.EqualTo(SelectionRule.NoTime));

    [TestCaseSource(nameof(Limits))]
    public void Other_thresholds_have_the_same_boundaries_elsewhere(SelectionThresholds limits)
    {
        var limit = limits.LatencyLimit;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Letters(3), Is.EqualTo("ffff"));
            Assert.That(Letters(4), Is.EqualTo("PHPP"));
            Assert.That(Letters(limits.SwarmSizeLimit), Is.EqualTo("PHPP"));
            Assert.That(Letters(limits.SwarmSizeLimit + 1), Is.EqualTo("GGGG"));
        }

        string Letters(int size) => string.Concat(new TimeSpan?[] { null, limit - Tick, limit, limit + Tick }.Select(latency => Letter(EngineSelector.Select(new(size, latency, true), limits))));
    }

    [TestCaseSource(nameof(Limits))]
    public void Exactly_one_rule_applies_to_anything(SelectionThresholds limits)
    {
        foreach (var asked in All(limits))
        {
            Assert.That(SelectionTable.Rows.Count(row => row.Applies(asked, limits)), Is.EqualTo(1), $"{asked}");
        }
    }

    [TestCaseSource(nameof(Limits))]
    public void What_is_said_to_change_the_choice_does_and_all_that_does_is_said(SelectionThresholds limits)
    {
        foreach (var asked in All(limits))
        {
            var selection = EngineSelector.Select(asked, limits);
            foreach (var other in selection.Alternatives)
            {
                Assert.That(EngineSelector.Select(other.Requirements, limits).Engine, Is.EqualTo(other.Engine).And.Not.EqualTo(selection.Engine), $"{asked}: {other}");
                Assert.That(selection.Explanation, Does.Contain($"{other.Engine.Name()} {other.Change}"));
            }

            if (selection.Rule is SelectionRule.NoMembers or SelectionRule.NoTime)
            {
                continue;
            }

            // One requirement changed to anything else, and what comes of it is among what was said.
            var reachable = All(limits)
                .Where(to => Differences(asked, to) == 1)
                .Select(to => EngineSelector.Select(to, limits).Engine)
                .Where(engine => engine is not null && engine != selection.Engine);
            Assert.That(selection.Alternatives.Select(other => (SelectableEngine?)other.Engine), Is.SupersetOf(reachable.Distinct()), $"{asked}");
        }
    }

    [Test]
    public void The_explanation_names_the_rule_its_values_and_thresholds_and_what_would_change_it() => Assert.That(
        EngineSelector.Select(new(7, TimeSpan.FromMilliseconds(50), true), new()).Explanation,
        Is.EqualTo("hotstuff: members may lie, 7 members are at most 1,000 (SwarmSizeLimit), and a latency requirement of 50ms is less than 100ms (LatencyLimit). Of 7, 2 may do as they please. It would be raft if members were not expected to lie; pbft with a latency requirement of 100ms or more, or none; gossip with more than 1,000 members."));

    [TestCase(3, null, false, "raft: members are not expected to lie, and then Raft is the fastest at any number of them (3 members here) and any latency. Of 3, 1 may stop.")]
    [TestCase(1, 5, false, "raft: members are not expected to lie, and then Raft is the fastest at any number of them (1 member here) and a latency requirement of 5ms. Of 1, 0 may stop.")]
    [TestCase(3, null, true, "No engine: 3 members cannot tolerate that one of them lies, with any engine: one liar takes at least 4 members, two take 7. It would be raft if members were not expected to lie; pbft with 4 members or more; gossip with more than 1,000 members.")]
    [TestCase(10, 100, true, "pbft: members may lie, 10 members are at most 1,000 (SwarmSizeLimit), and a latency requirement of 100ms is not less than 100ms (LatencyLimit). Of 10, 3 may do as they please. It would be raft if members were not expected to lie; hotstuff with a latency requirement under 100ms; gossip with more than 1,000 members.")]
    [TestCase(4, null, true, "pbft: members may lie, 4 members are at most 1,000 (SwarmSizeLimit), and no latency under 100ms (LatencyLimit) is required. Of 4, 1 may do as they please. It would be raft if members were not expected to lie; hotstuff with a latency requirement under 100ms; gossip with more than 1,000 members.")]
    [TestCase(1_000_000, null, true, "gossip: members may lie, and 1,000,000 members are more than 1,000 (SwarmSizeLimit), too many to agree by votes of all. What gossip spreads becomes the same everywhere in the end; it has no total order. It would be raft if members were not expected to lie; pbft with at most 1,000 members.")]
    [TestCase(0, null, true, "No engine: a group of 0 members decides nothing; it needs at least one.")]
    [TestCase(4, 0, true, "No engine: a latency requirement of 0s can be met by nothing; it must be more than 0, or be left out.")]
    public void Each_answer_is_explained(int size, int? latencyMs, bool byzantine, string explanation)
    {
        var latency = latencyMs is { } ms ? TimeSpan.FromMilliseconds(ms) : (TimeSpan?)null;

        Assert.That(EngineSelector.Select(new(size, latency, byzantine), new()).Explanation, Is.EqualTo(explanation));
    }

    [TestCase(3, false, 1)]
    [TestCase(4, false, 1)]
    [TestCase(5, false, 2)]
    [TestCase(4, true, 1)]
    [TestCase(6, true, 1)]
    [TestCase(7, true, 2)]
    [TestCase(1_000, true, 333)]
    [TestCase(1_001, true, null)]
    [TestCase(3, true, null)]
    public void How_many_may_fail_is_told(int size, bool byzantine, int? expected) =>
        Assert.That(EngineSelector.Select(new(size, null, byzantine), new()).FaultsMax, Is.EqualTo(expected));

    [TestCase(3, 100.0, "SwarmSizeLimit is 3; allowed: 4 to 1,000,000, for fewer than 4 members tolerate no lie, and no engine that agrees by votes would ever be chosen.")]
    [TestCase(0, 100.0, "SwarmSizeLimit is 0; allowed: 4 to 1,000,000")]
    [TestCase(1_000_001, 100.0, "SwarmSizeLimit is 1000001; allowed: 4 to 1,000,000")]
    [TestCase(4, 0.999, "LatencyLimit is 999us; allowed: 1ms to 1h.")]
    [TestCase(4, 3_600_001.0, "LatencyLimit is 3600001ms; allowed: 1ms to 1h.")]
    public void Thresholds_that_leave_no_room_are_refused(int swarmSize, double latencyMs, string problem)
    {
        var limits = new SelectionThresholds { SwarmSizeLimit = swarmSize, LatencyLimit = TimeSpan.FromMilliseconds(latencyMs) };

        Assert.That(limits.Validate(), Has.Count.EqualTo(1).And.One.StartsWith(problem));
        Assert.That(() => EngineSelector.Select(new(4, null, true), limits), Throws.ArgumentException.With.Message.StartsWith(problem));
    }

    [Test]
    public void Names_are_those_of_configurations() =>
        Assert.That(Enum.GetValues<SelectableEngine>().Select(engine => engine.Name()), Is.EqualTo(new[] { "raft", "pbft", "hotstuff", "gossip" }));

    private static IEnumerable<SelectionRequirements> All(SelectionThresholds limits) =>
        from size in Table.Select(row => row.Size).Concat([limits.SwarmSizeLimit - 1, limits.SwarmSizeLimit, limits.SwarmSizeLimit + 1])
        from latency in Latencies(limits.LatencyLimit)
        from byzantine in new[] { false, true }
        select new SelectionRequirements(size, latency, byzantine);

    private static TimeSpan?[] Latencies(TimeSpan limit) => [null, TimeSpan.Zero, limit - Tick, limit, limit + Tick];

    private static int Differences(SelectionRequirements one, SelectionRequirements other) =>
        (one.SwarmSize == other.SwarmSize ? 0 : 1) + (one.Latency == other.Latency ? 0 : 1) + (one.Byzantine == other.Byzantine ? 0 : 1);

    private static char Letter(EngineSelection selection)
    {
        char engine = selection.Engine switch
        {
            SelectableEngine.Raft => 'R',
            SelectableEngine.Pbft => 'P',
            SelectableEngine.HotStuff => 'H',
            SelectableEngine.Gossip => 'G',
            _ => '-',
        };
        char rule = selection.Rule switch
        {
            SelectionRule.NoMembers => 'm',
            SelectionRule.NoTime => 't',
            SelectionRule.TooFewForByzantine => 'f',
            SelectionRule.CrashesOnly => 'R',
            SelectionRule.LargeSwarm => 'G',
            SelectionRule.LowLatency => 'H',
            SelectionRule.Agreement => 'P',
            _ => '?',
        };
        Assert.That(engine == rule || engine == '-' && char.IsLower(rule), Is.True, $"{selection}");
        return rule;
    }
}
