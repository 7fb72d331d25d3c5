using System.Text.Json;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

public sealed class GossipCommandTests
{
    [TestCase("push", 6.04)]
    [TestCase("pull", 5.07)]
    [TestCase("push-pull", 3.47)]
    public async Task News_spreads(string mode, double rounds)
    {
        var result = await JsonOfAsync("gossip", "simulate", "--agents", "10", "--mode", mode, "--seed", "5", "--trials", "4000");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.GetProperty("rounds_100").GetDouble(), Is.EqualTo(rounds).Within(0.1));
            Assert.That(result.GetProperty("rounds_95").GetDouble(), Is.EqualTo(result.GetProperty("rounds_99").GetDouble()), "of ten, all");
            Assert.That(result.GetProperty("completed_fraction").GetDouble(), Is.EqualTo(1));
            Assert.That(result.GetProperty("messages").GetDouble(), Is.EqualTo(10 * result.GetProperty("messages_per_agent").GetDouble()).Within(0.01));
            Assert.That(result.GetProperty("wall_seconds").GetDouble(), Is.Not.Negative);
            Assert.That(result.GetProperty("distance").ValueKind, Is.EqualTo(JsonValueKind.Null));
        }
    }

    [Test]
    public async Task A_large_swarm_takes_little_memory()
    {
        var result = await JsonOfAsync("gossip", "simulate", "--agents", "1000000", "--seed", "7");

        Assert.That(result.GetProperty("bytes_per_agent").GetDouble(), Is.LessThan(2));
        Assert.That(result.GetProperty("rounds_100").GetDouble(), Is.InRange(15, 18));
    }

    [Test]
    public async Task Groups_are_compared_with_none()
    {
        var distance = (await JsonOfAsync("gossip", "simulate", "--agents", "30000", "--hierarchical", "--seed", "2", "--trials", "3")).GetProperty("distance");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(distance.GetProperty("levels").GetInt32(), Is.EqualTo(3));
            Assert.That(distance.GetProperty("speedup").GetDouble(), Is.GreaterThan(2));
            Assert.That(distance.GetProperty("cross_region_share").GetDouble(), Is.LessThan(0.02));
        }
    }

    [Test]
    public async Task Who_does_not_reach_all_says_so()
    {
        var run = await ToolRun.OfAsync("gossip", "simulate", "--agents", "1000", "--rounds", "2", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed));
        using var json = JsonDocument.Parse(run.Output);
        Assert.That(json.RootElement.GetProperty("completed_fraction").GetDouble(), Is.Zero);
        Assert.That(json.RootElement.GetProperty("rounds_100").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task A_clear_majority_wins()
    {
        var result = await JsonOfAsync("gossip", "vote", "--agents", "100", "--for", "0.7", "--rule", "majority", "--fanout", "5", "--rounds", "10", "--seed", "1", "--trials", "1000");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.GetProperty("decision").GetString(), Is.EqualTo("for"));
            Assert.That(result.GetProperty("rounds").GetDouble(), Is.EqualTo(2.13).Within(0.06));
            Assert.That(result.GetProperty("decided_fraction").GetDouble(), Is.EqualTo(1));
            Assert.That(result.GetProperty("wrong_fraction").GetDouble(), Is.Zero);
            Assert.That(result.GetProperty("messages").GetDouble(), Is.EqualTo(500 * result.GetProperty("rounds").GetDouble()).Within(0.5));
        }
    }

    [Test]
    public async Task With_a_third_of_liars_a_quorum_decides_and_with_more_it_says_that_it_cannot()
    {
        var third = await JsonOfAsync("gossip", "vote", "--agents", "10", "--rule", "quorum", "--byzantine", "3", "--trials", "500");
        var more = await JsonOfAsync("gossip", "vote", "--agents", "10", "--rule", "quorum", "--byzantine", "4", "--trials", "500");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((third.GetProperty("decision").GetString(), third.GetProperty("decided_fraction").GetDouble()), Is.EqualTo(("for", 1.0)));
            Assert.That(third.GetProperty("undecided").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That((more.GetProperty("decision").GetString(), more.GetProperty("conflicting_fraction").GetDouble()), Is.EqualTo(((string?)null, 0.0)));
            Assert.That(more.GetProperty("undecided").GetString(), Does.EndWith("nothing can be decided."));
        }
    }

    [Test]
    public async Task A_committee_says_how_likely_it_fails()
    {
        var result = await JsonOfAsync("gossip", "vote", "--agents", "5000", "--rule", "quorum", "--byzantine", "1000", "--for", "0.8", "--committee", "300");

        Assert.That(result.GetProperty("voters").GetInt32(), Is.EqualTo(300));
        Assert.That(result.GetProperty("committee_failure_probability").GetDouble(), Is.InRange(1e-9, 1e-7));
    }

    [TestCase("simulate --agents 1", "--agents is 1; allowed: a whole number from 2 to 100,000,000.")]
    [TestCase("simulate --agents 10 --fanout 10", "--fanout is 10; allowed with --agents 10: less than that.")]
    [TestCase("simulate --agents 10 --fanout 0", "--fanout is 0; allowed: a whole number from 1 to 100,000.")]
    [TestCase("simulate --agents 1000 --fanout 30 --hierarchical --group-size 20", "--fanout is 30; allowed with --group-size 20: less than that.")]
    [TestCase("simulate --agents 10 --mode shove", "--mode is 'shove'; allowed: push, pull, push-pull.")]
    [TestCase("simulate --agents 10 --loss 1", "--loss is '1'; allowed: a number from 0 to 0.99, for example 0.1.")]
    [TestCase("vote --agents 10 --rule lot", "--rule is 'lot'; allowed: majority, quorum.")]
    [TestCase("vote --agents 10 --byzantine 10", "--byzantine is 10; allowed with --agents 10: less than that.")]
    [TestCase("vote --agents 10 --for 2", "--for is '2'; allowed: a number from 0 to 1, for example 0.1.")]
    public async Task What_cannot_be_is_refused(string call, string complaint)
    {
        var run = await ToolRun.OfAsync(["gossip", .. call.Split(' ')]);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(complaint));
    }

    private static async Task<JsonElement> JsonOfAsync(params string[] arguments)
    {
        var run = await ToolRun.OfAsync([.. arguments, "--json"]);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), $"{run.Output}{run.Error}");
        using var json = JsonDocument.Parse(run.Output);
        return json.RootElement.Clone();
    }
}
