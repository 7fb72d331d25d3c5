using System.Text.Json;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

/// <summary><c>consensus select</c>; the selector's table has tests of its own.</summary>
[TestFixture]
public sealed class SelectTests
{
    [TestCase("raft", "--swarm-size 5")]
    [TestCase("raft", "-n 1000000 --latency 1ms")]
    [TestCase("pbft", "--swarm-size 7 --byzantine")]
    [TestCase("pbft", "--swarm-size 7 --byzantine --latency 100ms")]
    [TestCase("hotstuff", "--swarm-size 7 --byzantine --latency 99.999ms")]
    [TestCase("hotstuff", "--swarm-size 1000 --byzantine --latency 00:00:00.05")]
    [TestCase("gossip", "--swarm-size 1001 --byzantine --latency 50ms")]
    public async Task The_engine_that_fits_is_named_first(string engine, string arguments)
    {
        var run = await ToolRun.OfAsync(["select", .. arguments.Split(' ')]);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        Assert.That(run.Output, Does.StartWith($"{engine}: "));
        Assert.That(run.Output.Contains("This tool cannot run gossip.", StringComparison.Ordinal), Is.EqualTo(engine == "gossip"));
    }

    [Test]
    public async Task Where_none_fits_it_says_why_and_exits_with_1()
    {
        var run = await ToolRun.OfAsync("select", "--swarm-size", "3", "--byzantine");
        var json = await ToolRun.OfAsync("select", "--swarm-size", "3", "--byzantine", "--json");

        Assert.That((run.ExitCode, json.ExitCode), Is.EqualTo((ExitCode.Failed, ExitCode.Failed)));
        Assert.That(run.Output, Does.StartWith("No engine: 3 members cannot tolerate that one of them lies"));
        using var document = JsonDocument.Parse(json.Output);
        Assert.That(document.RootElement.GetProperty("engine").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(document.RootElement.GetProperty("available").GetBoolean(), Is.False);
        Assert.That(document.RootElement.GetProperty("rule").GetString(), Is.EqualTo("TooFewForByzantine"));
    }

    [Test]
    public async Task With_json_everything_is_there_for_programs()
    {
        var run = await ToolRun.OfAsync("select", "--swarm-size", "7", "--byzantine", "--latency", "50ms", "--json");

        Assert.That(run.Output.TrimEnd(), Is.EqualTo(
            """{"engine":"hotstuff","available":true,"rule":"LowLatency","swarm_size":7,"latency_ms":50,"byzantine":true,"faults_max":2,"thresholds":{"swarm_size_limit":1000,"latency_limit_ms":100},"alternatives":[{"engine":"raft","change":"if members were not expected to lie"},{"engine":"pbft","change":"with a latency requirement of 100ms or more, or none"},{"engine":"gossip","change":"with more than 1,000 members"}],"explanation":"hotstuff: members may lie, 7 members are at most 1,000 (SwarmSizeLimit), and a latency requirement of 50ms is less than 100ms (LatencyLimit). Of 7, 2 may do as they please. It would be raft if members were not expected to lie; pbft with a latency requirement of 100ms or more, or none; gossip with more than 1,000 members."}"""));
    }

    [TestCase("pbft", 20)]
    [TestCase("gossip", 21)]
    public async Task Thresholds_come_from_a_nodes_configuration_of_which_nothing_else_matters(string engine, int members)
    {
        using var folder = new TestFolder();
        var file = folder.File("node.json");
        await File.WriteAllTextAsync(file, """{ "Consensus": { "Node": "none", "Unknown": 1, "Selection": { "SwarmSizeLimit": 20, "LatencyLimit": "10ms" } } }""");

        var run = await ToolRun.OfAsync("select", "--swarm-size", $"{members}", "--byzantine", "--latency", "50ms", "--config", file);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        Assert.That(run.Output, Does.StartWith($"{engine}: "));
    }

    [Test]
    public async Task Thresholds_that_leave_no_room_are_refused_with_their_paths()
    {
        using var folder = new TestFolder();
        var file = folder.File("node.json");
        await File.WriteAllTextAsync(file, """{ "Consensus": { "Selection": { "SwarmSizeLimit": 3, "LatencyLimit": "0ms", "Swarm": 1 } } }""");

        var run = await ToolRun.OfAsync("select", "--swarm-size", "4", "--config", file);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error.TrimEnd().Split(Environment.NewLine), Is.EqualTo(new[]
        {
            "Consensus:Selection:Swarm is not a known key; allowed: Byzantine, Latency, SwarmSizeLimit, LatencyLimit.",
            "Consensus:Selection:SwarmSizeLimit is 3; allowed: a whole number from 4 to 1,000,000.",
            "Consensus:Selection:LatencyLimit is 0s; allowed: a duration such as \"150ms\", \"2s\" or \"00:00:00.150\", from 1ms to 1h.",
        }));
    }
}
