using System.Text.Json;
using Consensus.Cli.Evidence;
using Consensus.Cli.Tests.Processes.Harness;
using Consensus.Cli.Tests.Support;
using Consensus.Client;
using Consensus.Cryptography;
using Consensus.Hybrid;

namespace Consensus.Cli.Tests.Processes;

/// <summary>Real processes of a hybrid, whose engine an operator changes with the tool.</summary>
[NonParallelizable]
[Platform("Linux,MacOsX", Reason = "Signals.")]
public sealed class HybridTests
{
    private const uint Liar = 4;

    [TestCase(1, Category = "Process")]
    [TestCase(10, Category = "ProcessSoak", Explicit = true, Reason = "Takes about two minutes.")]
    public async Task Engines_change_under_load_and_nothing_is_lost_or_done_twice_also_by_nodes_that_are_killed_meanwhile(int times)
    {
        using var cluster = await StartAsync();
        var load = WriteLoad.Start(cluster);
        await load.AdvanceAsync(30);
        var number = 0ul;
        for (var time = 0; time < times; time++)
        {
            // All of them, one after another; during each change another node is down.
            foreach (var (target, down) in new[] { ("pbft", cluster.Nodes[3]), ("hotstuff", cluster.Nodes[0]), ("raft", cluster.Nodes[2]) })
            {
                var sealing = SealAsync(cluster, target);
                await down.KillAsync();
                var done = await sealing;
                await load.AdvanceAsync(30);
                await down.StartAsync();
                await load.AdvanceAsync(30);

                Assert.That((done.ExitCode, done.Error), Is.EqualTo((ExitCode.Done, done.Error)), done.Error);

                // The next order is made for the epoch that some node says it is in.
                number++;
                await Poll.UntilAsync($"node {down.Number} is where the others are", async () => await RunningAsync(down) == (number, target));
            }
        }

        await load.StopAndVerifyAsync();
        foreach (var node in cluster.Nodes)
        {
            Assert.That(await RunningAsync(node), Is.EqualTo(((ulong)times * 3, "raft")), $"node {node.Number}");
        }
    }

    [Test]
    [Category("Process")]
    public async Task A_node_that_missed_changes_follows_and_all_that_restart_stay_in_the_epoch_that_runs()
    {
        using var cluster = await StartAsync();
        var load = WriteLoad.Start(cluster);
        await load.AdvanceAsync(20);
        await cluster.Nodes[1].KillAsync();
        foreach (var target in new[] { "hotstuff", "pbft" })
        {
            var done = await SealAsync(cluster, target);
            Assert.That(done.ExitCode, Is.EqualTo(ExitCode.Done), done.Error);
            await load.AdvanceAsync(20);
        }

        await cluster.Nodes[1].StartAsync();
        await Poll.UntilAsync("node 2 is where the others are", async () => await RunningAsync(cluster.Nodes[1]) == (2, "pbft"));
        await load.AdvanceAsync(20);
        await load.StopAndVerifyAsync();

        await Task.WhenAll(cluster.Nodes.Select(node => node.KillAsync()));
        await cluster.StartNodesAsync();
        foreach (var node in cluster.Nodes)
        {
            Assert.That(await RunningAsync(node), Is.EqualTo((2ul, "pbft")), $"node {node.Number} after a restart of all");
        }

        var again = WriteLoad.Start(cluster, keys: "again");
        await again.AdvanceAsync(20);
        await again.StopAndVerifyAsync();
    }

    [Test]
    [Category("Process")]
    public async Task A_write_waits_until_it_would_survive_a_liar_in_each_engine()
    {
        using var cluster = await StartAsync();
        await cluster.LeaderAsync();

        foreach (var target in new[] { "raft", "pbft", "hotstuff" })
        {
            if (target != "raft")
            {
                var sealedBy = await SealAsync(cluster, target);
                Assert.That(sealedBy.ExitCode, Is.EqualTo(ExitCode.Done), sealedBy.Error);
            }

            var written = await AskAsync(cluster, "put", "deed", target, "--wait-for", "certified", "--json");
            Assert.That(written.ExitCode, Is.EqualTo(ExitCode.Done), written.Error);
            using var document = JsonDocument.Parse(written.Output);
            var index = document.RootElement.GetProperty("index").GetUInt64();
            foreach (var node in cluster.Nodes)
            {
                await Poll.UntilAsync($"node {node.Number} knows in {target} that entry {index} is certified", async () => await node.Api.StatusAsync() is { } status && status.Certified >= index);
            }
        }
    }

    [Test]
    [Category("Process")]
    public async Task A_client_that_believes_no_node_follows_the_group_from_engine_to_engine()
    {
        using var cluster = await StartAsync();
        await cluster.LeaderAsync();
        var trusted = new TrustedHistory(ConfiguredMembers.Read(cluster.Nodes[0].Config).First!);
        var options = new ConsensusClientOptions { Timeout = TimeSpan.FromMinutes(2) };
        options.RequireSignedReplies(new ReplyTrust(trusted));
        foreach (var endpoint in cluster.Endpoints)
        {
            options.Endpoints.Add(endpoint);
        }

        await using var client = new ConsensusClient(options);
        await AssertProvenAsync(client, 0);
        foreach (var (target, epoch) in new[] { ("pbft", 1ul), ("hotstuff", 2ul), ("raft", 3ul) })
        {
            var done = await SealAsync(cluster, target);
            Assert.That(done.ExitCode, Is.EqualTo(ExitCode.Done), done.Error);
            await AssertProvenAsync(client, epoch);
        }

        Assert.That(trusted.History.Epochs, Has.Length.EqualTo(4));
    }

    [Test]
    [Category("Process")]
    public async Task Settings_rules_and_operators_change_everywhere_at_an_operators_order_and_an_operator_who_has_left_is_heard_no_more()
    {
        using var cluster = await StartAsync();
        await cluster.LeaderAsync();
        var coming = Path.Combine(cluster.Folder, "coming.key");
        Assert.That((await ToolRun.OfAsync("keys", "generate", "--out", coming)).ExitCode, Is.EqualTo(ExitCode.Done));
        var (comes, leaves) = (PublicKeyIn(coming), PublicKeyIn(KeyOf(cluster)));

        var unknown = await AskAsync(cluster, "seal", "--set", "Colour=blue", "--operator-key", KeyOf(cluster));
        var ordered = await AskAsync(
            cluster, "seal", "--to", "pbft", "--set", "WindowBlocks=512", "--rule", "ReturnsAlone=true", "--add-operator", comes, "--remove-operator", leaves, "--operator-key", KeyOf(cluster));
        Assert.That((unknown.ExitCode, ordered.ExitCode), Is.EqualTo((ExitCode.Usage, ExitCode.Done)), unknown.Error + ordered.Error);
        Assert.That(unknown.Error, Does.Contain("Colour").And.Contain("WindowBlocks"), "what is wrong, and what is allowed");

        var late = await AskAsync(cluster, "seal", "--to", "hotstuff", "--operator-key", KeyOf(cluster));
        await Poll.UntilAsync("all are in the next epoch", async () => (await Task.WhenAll(cluster.Nodes.Select(RunningAsync))).All(running => running == (1, "pbft")));
        await cluster.Nodes[2].KillAsync();
        await cluster.Nodes[2].StartAsync();

        foreach (var node in cluster.Nodes)
        {
            var shown = await ToolRun.OfAsync("status", "--json", "--endpoint", $"{node.Endpoint}");
            using var status = JsonDocument.Parse(shown.Output);
            Assert.That(status.RootElement.GetProperty("epoch_settings").GetProperty("WindowBlocks").GetString(), Is.EqualTo("512"), $"node {node.Number}");
            Assert.That(status.RootElement.GetProperty("epoch_rules").GetProperty("ReturnsAlone").GetString(), Is.EqualTo("true"), $"node {node.Number}");
            Assert.That(status.RootElement.GetProperty("operator_keys").EnumerateArray().Select(key => key.GetString()), Is.EqualTo(new[] { comes }), $"node {node.Number}");
        }

        Assert.That(late.ExitCode, Is.Not.EqualTo(ExitCode.Done));
        Assert.That(late.Error, Does.Contain("not-from-operator"));
        var next = await AskAsync(cluster, "seal", "--to", "hotstuff", "--set", "HotStuff:Rules=TwoChain", "--operator-key", coming);
        Assert.That(next.ExitCode, Is.EqualTo(ExitCode.Done), next.Error);

        // Whoever checks what is committed goes by the rules that were ordered, and not by those in the files.
        var put = await AskAsync(cluster, "put", "greeting", "hello", "--json");
        Assert.That(put.ExitCode, Is.EqualTo(ExitCode.Done), put.Error);
        using var written = JsonDocument.Parse(put.Output);
        var proof = await ToolRun.OfAsync("proof", "get", $"{written.RootElement.GetProperty("index")}", "--endpoint", $"{cluster.Nodes[0].Endpoint}");
        var file = Path.Combine(cluster.Folder, "proof.json");
        await File.WriteAllTextAsync(file, proof.Output);
        var verified = await ToolRun.OfAsync("proof", "verify", file, "--config", cluster.Nodes[1].Config);
        Assert.That(verified.ExitCode, Is.EqualTo(ExitCode.Done), proof.Error + verified.Error + verified.Output);
    }

    [TestCase("sign-badly", "high", 6, false)]
    [TestCase("say-two-things", "critical", 0, true)]
    [Category("Process")]
    public async Task A_node_that_lies_makes_the_group_change_its_engine_under_load_and_is_named_by_each_of_the_others(string lie, string agreed, int failures, bool isProven)
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions
        {
            Algorithm = Algorithms.Hybrid,
            Nodes = 4,
            Launcher = node => node == Liar ? AdversaryProgram.Launcher : [],
        });
        var (liar, honest) = (cluster.Nodes.Single(node => node.Number == Liar), cluster.Nodes.Where(node => node.Number != Liar).ToList());
        var load = WriteLoad.Start(cluster);
        await load.AdvanceAsync(30);
        foreach (var node in honest)
        {
            Assert.That((await RunningAsync(node), await ThreatsAsync(node)), Is.EqualTo(((0ul, "raft"), "[]")), $"node {node.Number} before anybody lies");
        }

        await liar.Api.PostAsync($"adversary/{lie}", new { });

        foreach (var node in honest)
        {
            await Poll.UntilAsync($"node {node.Number} runs PBFT", async () => await RunningAsync(node) == (1, "pbft"));
            await Poll.UntilAsync($"node {node.Number} knows who lies, and that the others know it", async () => await ThreatsAsync(node) is var threats
                && threats.StartsWith($$"""[{"node":{{Liar}},""", StringComparison.Ordinal)
                && threats.Contains($$""","signature_failures":{{failures}},"agreed_level":"{{agreed}}","reporters":{{(isProven ? 0 : honest.Count)}},"evidence":{{(isProven ? "true" : "false")}}}]""", StringComparison.Ordinal));
        }

        await load.AdvanceAsync(30);
        cluster.Remove(liar);
        await load.AdvanceAsync(30);
        await load.StopAndVerifyAsync();
    }

    [Test]
    [Category("Process")]
    public async Task Who_has_no_authority_changes_nothing_and_is_told_why()
    {
        using var cluster = await StartAsync();
        await cluster.LeaderAsync();
        var before = await AskAsync(cluster, "status", "--json");
        var stranger = Path.Combine(cluster.Folder, "stranger.key");
        await ToolRun.OfAsync("keys", "generate", "--out", stranger);

        var foreign = await AskAsync(cluster, "seal", "--to", "pbft", "--operator-key", stranger);
        var member = await AskAsync(cluster, "seal", "--to", "pbft", "--operator-key", Path.Combine(cluster.Folder, "node-1.signing.key"));
        var unknown = await AskAsync(cluster, "seal", "--to", "paxos", "--operator-key", KeyOf(cluster));
        var missing = await AskAsync(cluster, "seal", "--to", "pbft", "--operator-key", Path.Combine(cluster.Folder, "nothing.key"));
        var running = await AskAsync(cluster, "seal", "--to", "raft", "--operator-key", KeyOf(cluster));
        var written = await AskAsync(cluster, "put", "greeting", "hello");
        var after = await AskAsync(cluster, "status", "--json");

        Assert.That((foreign.ExitCode, member.ExitCode, running.ExitCode), Is.EqualTo((ExitCode.Failed, ExitCode.Failed, ExitCode.Failed)));
        Assert.That((unknown.ExitCode, missing.ExitCode), Is.EqualTo((ExitCode.Usage, ExitCode.Usage)));
        Assert.That(foreign.Error, Does.Contain("is none of the 1 keys whose word ends an epoch. [not-from-operator]"));
        Assert.That(member.Error, Does.Contain("[not-from-operator]"));
        Assert.That(unknown.Error, Does.Contain("There is no engine 'paxos' that a hybrid could go on with. Valid ones: raft, pbft, hotstuff."));
        Assert.That(missing.Error, Does.Contain("--operator-key is ").And.Contain("cannot be read"));
        Assert.That(running.Error, Does.Contain("The group runs raft already, in epoch 0. [invalid-change]"));
        Assert.That(written.ExitCode, Is.EqualTo(ExitCode.Done), written.Error);
        Assert.That(EpochOf(after), Is.EqualTo(EpochOf(before)));
    }

    private static async Task AssertProvenAsync(ConsensusClient client, ulong epoch)
    {
        var put = await client.KeyValue.PutAsync("greeting"u8.ToArray(), "hello"u8.ToArray());

        Assert.That((put.Status, put.Proof!.IsProven), Is.EqualTo((ProposeStatus.Applied, true)), put.Detail);
        Assert.That(put.Proof.Replies.Select(reply => reply.Domain.Epoch.Value), Is.All.EqualTo(epoch));
    }

    private static string PublicKeyIn(string file)
    {
        using var key = Ed25519.Load().ImportPem(File.ReadAllBytes(file));
        return $"{key.PublicKey}";
    }

    private static Task<RealCluster> StartAsync() => RealCluster.StartAsync(new RealClusterOptions { Algorithm = Algorithms.Hybrid, Nodes = 4 });

    private static string KeyOf(RealCluster cluster) => Path.Combine(cluster.Folder, "operator.key");

    private static Task<ToolRun> SealAsync(RealCluster cluster, string target) => AskAsync(cluster, "seal", "--to", target, "--operator-key", KeyOf(cluster));

    private static Task<ToolRun> AskAsync(RealCluster cluster, params string[] command) =>
        ToolRun.OfAsync([.. command, "--endpoint", string.Join(',', cluster.Endpoints)]);

    private static (ulong Epoch, string? Id) EpochOf(ToolRun status)
    {
        using var document = JsonDocument.Parse(status.Output);
        return (document.RootElement.GetProperty("epoch").GetUInt64(), document.RootElement.GetProperty("epoch_id").GetString());
    }

    private static async Task<string> ThreatsAsync(RealNode node)
    {
        var run = await ToolRun.OfAsync("status", "--json", "--endpoint", $"{node.Endpoint}");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        using var document = JsonDocument.Parse(run.Output);
        return document.RootElement.GetProperty("threats").GetRawText();
    }

    private static async Task<(ulong Epoch, string? Protocol)> RunningAsync(RealNode node) =>
        await node.Api.StatusAsync() is { } status ? (status.Epoch, status.Protocol) : default;
}
