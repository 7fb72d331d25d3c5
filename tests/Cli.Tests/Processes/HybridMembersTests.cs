using System.Text.Json;
using Consensus.Cli.Setup;
using Consensus.Cli.Tests.Processes.Harness;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Processes;

/// <summary>Real processes of a hybrid, whose members an operator changes with the tool. No file of any node is changed meanwhile: each names those that the group began with.</summary>
[NonParallelizable]
[Platform("Linux,MacOsX", Reason = "Signals.")]
public sealed class HybridMembersTests
{
    private const int Steps = 20;

    [TestCase("raft")]
    [TestCase("pbft")]
    [TestCase("hotstuff")]
    [Category("Process")]
    public async Task A_node_comes_and_one_of_the_first_goes_under_load_and_all_find_each_other_after_a_restart(string engine)
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Algorithm = Algorithms.Hybrid, Nodes = 4 });
        var load = WriteLoad.Start(cluster);
        await load.AdvanceAsync(Steps);
        var first = cluster.Nodes[0];

        var fifth = cluster.AddJoining();
        await fifth.StartAsync();
        await SealAsync(cluster, [.. engine == "raft" ? [] : (string[])["--to", engine], "--add", $"{fifth.Number}={fifth.Address}={KeyOf(cluster, fifth)}"]);
        await load.AdvanceAsync(Steps);
        await UntilFollowingAsync(fifth, 1, engine);

        await SealAsync(cluster, "--remove", $"{first.Number}");
        await load.AdvanceAsync(Steps);
        foreach (var node in cluster.Nodes.Skip(1))
        {
            await UntilFollowingAsync(node, 2, engine);
        }

        await Poll.UntilAsync("the first node knows that it does not belong to the group", async () => await first.Api.StatusAsync() is { Epoch: 2, Role: "learner", Leader: null });
        Assert.That(await MembersAsync(first), Is.EqualTo(new[] { 2, 3, 4, 5 }));
        Assert.That(await first.StopAsync(), Is.EqualTo(ExitCode.Done));
        cluster.Remove(first);

        foreach (var node in cluster.Nodes)
        {
            Assert.That(await node.StopAsync(), Is.EqualTo(ExitCode.Done), $"exit code of node {node.Number}");
            await load.AdvanceAsync(Steps);
            await node.StartAsync();
            await UntilFollowingAsync(node, 2, engine);
        }

        await load.StopAndVerifyAsync();
        await Task.WhenAll(cluster.Nodes.Select(node => node.KillAsync()));
        await cluster.StartNodesAsync();
        foreach (var node in cluster.Nodes)
        {
            await UntilFollowingAsync(node, 2, engine);
            Assert.That(await MembersAsync(node), Is.EqualTo(new[] { 2, 3, 4, 5 }), $"node {node.Number} after a restart of all");
        }

        var again = WriteLoad.Start(cluster, keys: "again");
        await again.AdvanceAsync(Steps);
        await again.StopAndVerifyAsync();
        await AssertProvenAsync(cluster, engine);
    }

    [Test]
    [Category("Process")]
    public async Task What_cannot_be_is_refused_before_anything_is_sent()
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Algorithm = Algorithms.Hybrid, Nodes = 4 });
        await cluster.LeaderAsync();
        var key = KeyOf(cluster, cluster.Nodes[0]);
        var other = NewKey(cluster, "other");

        await AssertRefusedAsync(cluster, "--remove is 9; allowed: the number of a member, which are 1, 2, 3, 4.", "--remove", "9");
        await AssertRefusedAsync(cluster, "--add names node 4, which is a member; allowed: a number that no node of the group ever had. Members are 1, 2, 3, 4.", "--add", $"4=127.0.0.1:7104={other}");
        await AssertRefusedAsync(cluster, "at least 4 members are needed; 3 are listed.", "--remove", "4");
        await AssertRefusedAsync(cluster, "Nodes 1, 5 have the same public key", "--add", $"5=127.0.0.1:7105={key}");
        await AssertRefusedAsync(cluster, "Of the 4 members that are to follow 2 belong to epoch 0; at least 3 must", "--remove", "1", "--remove", "2", "--add", $"5=127.0.0.1:7105={other}", "--add", $"6=127.0.0.1:7106={NewKey(cluster, "another")}");
        foreach (var node in cluster.Nodes)
        {
            Assert.That((await node.Api.StatusAsync())!.Epoch, Is.Zero);
        }
    }

    /// <summary>With the first members' keys alone, whoever is shown what was written in the last epoch can check it.</summary>
    private static async Task AssertProvenAsync(RealCluster cluster, string engine)
    {
        var (config, chain) = (Path.Combine(cluster.Folder, "node-2.json"), Path.Combine(cluster.Folder, "epochs.json"));
        var node = $"{cluster.Nodes[0].Endpoint}";
        var epochs = await ToolRun.OfAsync("epochs", "--output", chain, "--json", "--endpoint", node);
        Assert.That(epochs.ExitCode, Is.EqualTo(ExitCode.Done), epochs.Error);
        using var listed = JsonDocument.Parse(epochs.Output);
        Assert.That(
            listed.RootElement.GetProperty("epochs").EnumerateArray().Select(epoch => $"{epoch.GetProperty("protocol")} {string.Join(',', epoch.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("id")))}"),
            Is.EqualTo(new[] { "raft 1,2,3,4", $"{engine} 1,2,3,4,5", $"{engine} 2,3,4,5" }));

        var written = await ToolRun.OfAsync("put", "deed", "done", "--json", "--endpoint", node);
        Assert.That(written.ExitCode, Is.EqualTo(ExitCode.Done), written.Error);
        using var result = JsonDocument.Parse(written.Output);
        var proof = await ToolRun.OfAsync("proof", "get", $"{result.RootElement.GetProperty("index")}", "--endpoint", node);
        if (engine == "raft")
        {
            Assert.That((proof.ExitCode, proof.Error), Is.EqualTo((ExitCode.Usage, proof.Error)), proof.Output);
            Assert.That(proof.Error, Does.Contain("Epoch 2 runs raft, whose replicas believe each other: it gives no proofs."));
            return;
        }

        Assert.That(proof.ExitCode, Is.EqualTo(ExitCode.Done), proof.Error);
        var file = Path.Combine(cluster.Folder, "proof.json");
        await File.WriteAllTextAsync(file, proof.Output);
        foreach (var more in new string[][] { [], ["--epochs", chain] })
        {
            var verified = await ToolRun.OfAsync(["proof", "verify", file, "--config", config, .. more]);
            Assert.That((verified.ExitCode, verified.Output), Is.EqualTo((ExitCode.Done, verified.Output)), verified.Output + verified.Error);
            Assert.That(verified.Output, Does.StartWith("Valid. ").And.Contain("3 of 4 members have signed"));
        }
    }

    private static async Task AssertRefusedAsync(RealCluster cluster, string sentence, params string[] change)
    {
        var run = await RunAsync(cluster, change);
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCode.Usage, run.Error)), run.Error);
        Assert.That(run.Error, Does.Contain(sentence));
    }

    private static async Task SealAsync(RealCluster cluster, params string[] change)
    {
        var run = await RunAsync(cluster, change);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
    }

    private static Task<ToolRun> RunAsync(RealCluster cluster, string[] change) =>
        ToolRun.OfAsync(["seal", .. change, "--operator-key", Path.Combine(cluster.Folder, "operator.key"), "--endpoint", string.Join(',', cluster.Endpoints)]);

    private static string KeyOf(RealCluster cluster, RealNode node) => SigningKeys.Show(Path.Combine(cluster.Folder, $"node-{node.Number}.signing.key")).PublicKey;

    private static string NewKey(RealCluster cluster, string name) => SigningKeys.Generate(Path.Combine(cluster.Folder, $"{name}.key")).PublicKey;

    private static Task UntilFollowingAsync(RealNode node, ulong epoch, string engine) => Poll.UntilAsync(
        $"node {node.Number} knows a leader in epoch {epoch}", async () => await node.Api.StatusAsync() is { Leader: not null } status && (status.Epoch, status.Protocol) == (epoch, engine));

    private static async Task<uint[]> MembersAsync(RealNode node)
    {
        var run = await ToolRun.OfAsync("member", "list", "--json", "--endpoint", $"{node.Endpoint}");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        using var document = JsonDocument.Parse(run.Output);
        return [.. document.RootElement.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("id").GetUInt32())];
    }
}
