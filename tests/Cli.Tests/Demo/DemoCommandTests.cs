using System.Text.Json;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Demo;

[TestFixture]
[Category("Process")]
public sealed class DemoCommandTests
{
    [TestCase("raft", 3)]
    [TestCase("pbft", 4)]
    [TestCase("hotstuff", 4)]
    public async Task A_short_demo_loses_nothing_and_tells_so_in_json(string algorithm, int nodes)
    {
        var run = await ToolRun.OfAsync("demo", "--algorithm", algorithm, "--seconds", "5", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), $"{run.Output}{run.Error}");
        using var json = JsonDocument.Parse(run.Output);
        var result = json.RootElement;
        Assert.That(result.GetProperty("algorithm").GetString(), Is.EqualTo(algorithm));
        Assert.That(result.GetProperty("nodes").GetInt32(), Is.EqualTo(nodes));
        Assert.That(result.GetProperty("committed").GetInt64(), Is.Positive);
        Assert.That(result.GetProperty("elections").GetInt32(), Is.GreaterThanOrEqualTo(2));
        Assert.That(result.GetProperty("switches").GetInt32(), Is.Zero);
        Assert.That(result.GetProperty("state_hashes_agree").GetBoolean(), Is.True);
        Assert.That(result.GetProperty("lost").GetInt32(), Is.Zero);
        Assert.That(result.GetProperty("duplicated").GetInt32(), Is.Zero);
        Assert.That(run.Error, Does.Contain("killed").And.Contain("restarted"));
    }

    [Test]
    public async Task A_swarm_is_cut_in_two_and_loses_nothing()
    {
        var run = await ToolRun.OfAsync("demo", "--algorithm", "gossip", "--nodes", "12", "--seconds", "5", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), $"{run.Output}{run.Error}");
        using var json = JsonDocument.Parse(run.Output);
        var result = json.RootElement;
        Assert.That(result.GetProperty("nodes").GetInt32(), Is.EqualTo(12));
        Assert.That(result.GetProperty("minority").GetInt32(), Is.EqualTo(4));
        Assert.That(result.GetProperty("written").GetInt32(), Is.Positive);
        Assert.That(result.GetProperty("refused").GetInt32(), Is.Positive);
        Assert.That(result.GetProperty("broadcasts").GetInt32(), Is.Positive);
        Assert.That(result.GetProperty("state_hashes_agree").GetBoolean(), Is.True);
        Assert.That(result.GetProperty("lost").GetInt32(), Is.Zero);
        Assert.That(result.GetProperty("duplicated").GetInt32(), Is.Zero);
        Assert.That(run.Error, Does.Contain("cut off").And.Contain("merged"));
    }

    [Test]
    public async Task A_node_of_a_hybrid_lies_and_the_group_goes_to_another_engine_and_back()
    {
        var run = await ToolRun.OfAsync("demo", "--algorithm", "hybrid", "--seconds", "10", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), $"{run.Output}{run.Error}");
        using var json = JsonDocument.Parse(run.Output);
        var result = json.RootElement;
        Assert.That(result.GetProperty("switches").GetInt32(), Is.EqualTo(2));
        Assert.That(result.GetProperty("lost").GetInt32(), Is.Zero);
        Assert.That(result.GetProperty("duplicated").GetInt32(), Is.Zero);
        Assert.That(result.GetProperty("state_hashes_agree").GetBoolean(), Is.True);
        var told = string.Join('\n', result.GetProperty("timeline").EnumerateArray().Select(item => item.GetProperty("text").GetString()));
        Assert.That(told, Does.Match("(?s)epoch 0 ends: .*epoch 1 begins with pbft.*n1 has proof that n4 equivocates.*-> Critical, over n4.*return to raft: refused .*epoch 2 begins with raft"));
        Assert.That(told, Does.Contain("threat None -> ").And.Contain("-> High, over n4").And.Contain("report that node 4 lies").And.Contain("refused (ReturnHeldUp). Stay: the level is Critical, over node 4"));
    }
}
