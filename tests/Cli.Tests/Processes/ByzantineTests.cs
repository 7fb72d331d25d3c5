using System.Text.Json;
using Consensus.Cli.Evidence;
using Consensus.Cli.Tests.Processes.Harness;
using Consensus.Cli.Tests.Support;
using Consensus.Client;
using Consensus.Cryptography;

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

    [Test]
    [Category("Process")]
    public async Task A_client_that_believes_no_node_gets_results_that_f_plus_1_have_signed_and_proofs_that_the_tool_verifies()
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Algorithm = algorithm, Nodes = 4 });
        await cluster.LeaderAsync();
        var (id, members, _, _) = ConfiguredMembers.Read(cluster.Nodes[0].Config);
        var options = new ConsensusClientOptions { Timeout = TimeSpan.FromMinutes(2) };
        options.RequireSignedReplies(new ReplyTrust(id, members));
        foreach (var endpoint in cluster.Endpoints)
        {
            options.Endpoints.Add(endpoint);
        }

        await using var client = new ConsensusClient(options);
        var put = await client.KeyValue.PutAsync("greeting"u8.ToArray(), "hello"u8.ToArray());
        await cluster.Nodes[3].KillAsync();
        var swap = await client.KeyValue.CompareAndSwapAsync("greeting"u8.ToArray(), "hallo"u8.ToArray(), "bye"u8.ToArray());
        var delete = await client.KeyValue.DeleteAsync("greeting"u8.ToArray());

        Assert.That((put.Status, swap.Status, delete.Status), Is.EqualTo((ProposeStatus.Applied, ProposeStatus.Rejected, ProposeStatus.Applied)), put.Detail + swap.Detail + delete.Detail);
        Assert.That((swap.Rejection, delete.Existed), Is.EqualTo((KeyValueRejection.ComparisonFailed, true)));
        foreach (var write in new[] { put, swap, delete })
        {
            Assert.That((write.Proof!.IsProven, write.Proof.Needed), Is.EqualTo((true, 2)));
            Assert.That(write.Proof.Replies.Select(reply => reply.Content.Index), Has.All.EqualTo(write.Index));
            await AssertProvenAsync(cluster, write.Index.Value, KeyOf(write.Proof));
        }
    }

    [Test]
    [Category("Process")]
    public async Task A_session_with_a_clients_key_takes_what_the_client_has_signed_and_nothing_else()
    {
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Algorithm = algorithm, Nodes = 4 });
        await cluster.LeaderAsync();
        var (id, members, _, _) = ConfiguredMembers.Read(cluster.Nodes[0].Config);
        var file = Path.Combine(cluster.Folder, "client.pem");
        var generated = await ToolRun.OfAsync("keys", "generate", "--out", file);

        var put = await AskAsync(cluster.Nodes[3], "put", "greeting", "hello", "--client-key", file, "--cluster", $"{id}");
        var swap = await AskAsync(cluster.Nodes[1], "cas", "greeting", "--expect", "hello", "--set", "bye", "--client-key", file, "--cluster", $"{id}");
        var foreign = await AskAsync(cluster.Nodes[2], "delete", "greeting", "--client-key", file, "--cluster", $"{Guid.NewGuid()}");
        var got = await AskAsync(cluster.Nodes[2], "get", "greeting");

        Assert.That((generated.ExitCode, put.ExitCode, swap.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done, ExitCode.Done)), put.Error + swap.Error);
        Assert.That(foreign.ExitCode, Is.Not.EqualTo(ExitCode.Done), "signed for another cluster");
        Assert.That(foreign.Error, Does.Contain("[not-signed-by-client]"));
        Assert.That(got.Output.Trim(), Is.EqualTo("bye"));

        // A client that believes no node and signs, and somebody who uses the number of its session.
        using var key = Ed25519.Load().ImportPem(await File.ReadAllBytesAsync(file));
        var options = new ConsensusClientOptions { Timeout = TimeSpan.FromMinutes(2) };
        options.RequireSignedReplies(new ReplyTrust(id, members));
        options.SignRequests(new RequestSigner(id, key));
        foreach (var endpoint in cluster.Endpoints)
        {
            options.Endpoints.Add(endpoint);
        }

        await using var client = new ConsensusClient(options);
        var session = (await client.OpenSessionAsync()).Client;
        using var http = new HttpClient();
        using var usurping = new HttpRequestMessage(HttpMethod.Delete, new Uri(cluster.Nodes[1].Endpoint, "v1/kv/greeting"));
        usurping.Headers.Add("Idempotency-Key", $"{session.Value}:7");
        using var usurped = await http.SendAsync(usurping);
        var owned = await client.KeyValue.PutAsync("greeting"u8.ToArray(), "mine"u8.ToArray(), new ProposeOptions(Request: new RequestId(session, 7)));

        Assert.That(usurped.StatusCode, Is.EqualTo(System.Net.HttpStatusCode.Forbidden));
        Assert.That(await usurped.Content.ReadAsStringAsync(), Does.Contain("not-signed-by-client"));
        Assert.That((owned.Status, owned.Proof?.IsProven), Is.EqualTo((ProposeStatus.Applied, true)), owned.Detail);
    }

    /// <summary>The digest of the command that members have signed for.</summary>
    private static string KeyOf(ReplyProof proof) => $"{proof.Replies[0].Content.Command}";

    private static async Task AssertProvenAsync(RealCluster cluster, ulong index, string command)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(cluster.Nodes[1].Endpoint, $"v1/proofs/{index}"));
        var file = Path.Combine(cluster.Folder, $"proof-{index}.json");
        await File.WriteAllTextAsync(file, text);
        var verified = await ToolRun.OfAsync("proof", "verify", file, "--config", cluster.Nodes[2].Config, "--json");

        // One letter of the first signature is another.
        var signature = text.IndexOf("\"signature\": \"", StringComparison.Ordinal) + "\"signature\": \"".Length;
        await File.WriteAllTextAsync(file, text.Remove(signature, 1).Insert(signature, text[signature] == '0' ? "1" : "0"));
        var refuted = await ToolRun.OfAsync("proof", "verify", file, "--config", cluster.Nodes[2].Config, "--json");

        Assert.That((verified.ExitCode, refuted.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Failed)), verified.Error + verified.Output + refuted.Output);
        using var verdict = JsonDocument.Parse(verified.Output);
        Assert.That(verdict.RootElement.GetProperty("command").GetString(), Is.EqualTo(command), "the very command that was sent");
        using var no = JsonDocument.Parse(refuted.Output);
        Assert.That(no.RootElement.GetProperty("reason").GetString(), Is.EqualTo("InvalidSignature"));
    }

    private static Task<ToolRun> AskAsync(RealNode node, params string[] arguments) => ToolRun.OfAsync([.. arguments, "--endpoint", $"{node.Endpoint}"]);
}
