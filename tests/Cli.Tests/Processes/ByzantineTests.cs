using System.Text.Json;
using Consensus.Cli.Tests.Processes.Harness;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Processes;

/// <summary>Real processes of an engine that tolerates Byzantine faults: what those of Raft go through, as far as it is offered here.</summary>
[TestFixture(Algorithms.Pbft)]
[TestFixture(Algorithms.HotStuff)]
[NonParallelizable]
[Platform("Linux,MacOsX", Reason = "Signals.")]
public sealed class ByzantineTests(string algorithm)
{
    [TestCase(1, Category = "Process")]
    [TestCase(20, Category = "ProcessSoak", Explicit = true, Reason = "Takes about a minute.")]
    public async Task Nothing_acknowledged_is_lost_and_nothing_done_twice_when_the_primary_is_killed_and_comes_back(int times)
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Algorithm = algorithm, Nodes = 4 });
        var load = WriteLoad.Start(cluster);
        for (var time = 0; time < times; time++)
        {
            await load.AdvanceAsync(30);
            var primary = await cluster.LeaderAsync();
            await primary.KillAsync();
            await load.AdvanceAsync(30);
            await primary.StartAsync();
            await load.AdvanceAsync(30);
        }

        await load.StopAndVerifyAsync();
    }

    [Test]
    [Category("Process")]
    public async Task The_tool_writes_reads_and_shows_the_view_and_says_what_the_engine_does_not_offer()
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Algorithm = algorithm, Nodes = 4 });
        await cluster.LeaderAsync();

        var put = await AskAsync(cluster.Nodes[3], "put", "greeting", "hello");
        var got = await AskAsync(cluster.Nodes[1], "get", "greeting");
        var status = await AskAsync(cluster.Nodes[2], "status", "--json");
        var transfer = await AskAsync(cluster.Nodes[0], "transfer", "2");
        var removal = await AskAsync(cluster.Nodes[1], "member", "remove", "4");

        Assert.That((put.ExitCode, got.ExitCode, status.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done, ExitCode.Done)), put.Error + got.Error + status.Error);
        Assert.That(got.Output.Trim(), Is.EqualTo("hello"));
        using var shown = JsonDocument.Parse(status.Output);
        Assert.That(shown.RootElement.GetProperty("algorithm").GetString(), Is.EqualTo(algorithm));
        Assert.That(shown.RootElement.GetProperty("term").GetUInt64(), Is.EqualTo((await cluster.Nodes[2].Api.StatusAsync())!.Term), "the view");
        Assert.That((transfer.ExitCode, removal.ExitCode), Is.EqualTo((ExitCode.Usage, ExitCode.Usage)), "no node will ever do it");
        foreach (var refused in new[] { transfer, removal })
        {
            Assert.That(refused.Error, Does.Contain("[not-supported]").And.Not.Contain("The engine does not offer"), "the engine's own sentence");
        }
    }

    private static Task<ToolRun> AskAsync(RealNode node, params string[] arguments) => ToolRun.OfAsync([.. arguments, "--endpoint", $"{node.Endpoint}"]);
}
