using System.Text.Json;
using Consensus.Cli.Tests.Processes.Harness;

namespace Consensus.Cli.Tests.Processes;

/// <summary>What an operator does to a cluster in the course of years, by the tool's commands, while clients write without a break.</summary>
/// <remarks>The load fails if any call fails as its client sees it, and its oracle looks for all that was acknowledged.</remarks>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
[Platform("Linux,MacOsX", Reason = "Signals.")]
public sealed class MembershipTests
{
    private const int Steps = 20;

    [TestCase(1, Category = "Process")]
    [TestCase(5, Category = "ProcessSoak", Explicit = true, Reason = "Takes minutes.")]
    public async Task No_request_fails_and_nothing_is_lost_while_all_nodes_of_a_cluster_are_exchanged(int lives)
    {
        using var cluster = await RealCluster.StartAsync();
        var load = WriteLoad.Start(cluster);
        for (var life = 0; life < lives; life++)
        {
            await load.AdvanceAsync(Steps);
            var learner = await LearnAsync(cluster);
            await load.AdvanceAsync(Steps);
            await PromoteAsync(cluster, learner);
            await load.AdvanceAsync(Steps);
            await RemoveAsync(cluster, await FollowerAsync(cluster, except: learner));
            await load.AdvanceAsync(Steps);
            var replacement = await ReplaceAsync(cluster, await FollowerAsync(cluster, except: learner), load);
            await load.AdvanceAsync(Steps);
            await LeadAsync(cluster, replacement);
            await load.AdvanceAsync(Steps);

            // The one that leads is one that no configuration file of the first nodes knows, and the next one is to hear of the log from it.
            await AddAsync(cluster);
            await load.AdvanceAsync(Steps);
            await RemoveAsync(cluster, await cluster.LeaderAsync());
            await load.AdvanceAsync(Steps);
            await RestartAllAsync(cluster, load);
        }

        await load.StopAndVerifyAsync();
    }

    private static async Task<RealNode> LearnAsync(RealCluster cluster)
    {
        var learner = cluster.AddJoining();
        await learner.StartAsync();
        await ChangeAsync(cluster, learner, "learner", "add", $"{learner.Number}", $"{learner.Address}", "--learner");
        await Poll.UntilAsync($"node {learner.Number} has caught up", async () =>
        {
            var leader = await (await cluster.LeaderAsync()).Api.StatusAsync();
            return await learner.Api.StatusAsync() is { } status && status.Applied >= leader?.Commit;
        });
        return learner;
    }

    private static Task PromoteAsync(RealCluster cluster, RealNode learner) => ChangeAsync(cluster, learner, "voter", "promote", $"{learner.Number}");

    private static async Task AddAsync(RealCluster cluster)
    {
        var node = cluster.AddJoining();
        await node.StartAsync();
        await ChangeAsync(cluster, node, "voter", "add", $"{node.Number}", $"{node.Address}");
    }

    /// <summary>Removes a member that works, and stops it then: for a while it runs on as somebody who does not belong to the group.</summary>
    private static async Task RemoveAsync(RealCluster cluster, RealNode node)
    {
        await ChangeAsync(cluster, node, role: null, "remove", $"{node.Number}");
        Assert.That(await node.StopAsync(), Is.EqualTo(ExitCode.Done), $"exit code of node {node.Number}");
        cluster.Remove(node);
        await cluster.LeaderAsync();
    }

    /// <summary>A machine burns down, disk and all, and another one takes its place under a number of its own.</summary>
    private static async Task<RealNode> ReplaceAsync(RealCluster cluster, RealNode dead, WriteLoad load)
    {
        await dead.KillAsync();
        Directory.Delete(dead.DataDirectory, recursive: true);
        await load.AdvanceAsync(Steps);
        await ChangeAsync(cluster, dead, role: null, "remove", $"{dead.Number}");
        cluster.Remove(dead);
        var replacement = cluster.AddJoining();
        await replacement.StartAsync();
        await ChangeAsync(cluster, replacement, "voter", "add", $"{replacement.Number}", $"{replacement.Address}");
        return replacement;
    }

    private static async Task LeadAsync(RealCluster cluster, RealNode node)
    {
        await Poll.UntilAsync($"node {node.Number} has caught up", async () => await node.Api.StatusAsync() is { Leader: not null });
        await cluster.OperateAsync(
            ["transfer", $"{node.Number}"], ["status"], status => status.GetProperty("leader") is { ValueKind: JsonValueKind.Number } leader && leader.GetUInt32() == node.Number);
    }

    private static async Task RestartAllAsync(RealCluster cluster, WriteLoad load)
    {
        foreach (var node in cluster.Nodes)
        {
            Assert.That(await node.StopAsync(), Is.EqualTo(ExitCode.Done), $"exit code of node {node.Number}");
            await load.AdvanceAsync(Steps);
            await node.StartAsync();
            await cluster.LeaderAsync();
            await load.AdvanceAsync(Steps);
        }
    }

    /// <summary>Changes a member, until it has this role, or is none.</summary>
    private static Task ChangeAsync(RealCluster cluster, RealNode node, string? role, params string[] change) =>
        cluster.OperateAsync(["member", .. change], ["member", "list"], shown =>
            shown.GetProperty("outgoing").GetArrayLength() == 0
            && shown.GetProperty("members").EnumerateArray()
                .Where(member => member.GetProperty("id").GetUInt32() == node.Number)
                .Select(member => member.GetProperty("role").GetString())
                .SingleOrDefault() == role);

    private static async Task<RealNode> FollowerAsync(RealCluster cluster, RealNode except)
    {
        var leader = await cluster.LeaderAsync();
        return cluster.Nodes.First(node => node != leader && node != except);
    }
}
