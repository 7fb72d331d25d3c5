using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Consensus.Cli.Tests.Processes.Harness;
using Consensus.Transport;

namespace Consensus.Cli.Tests.Processes;

/// <summary>Who is let in by nodes that talk through TLS, and who is not.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
[Category("Process")]
[Platform("Linux,MacOsX", Reason = "Signals.")]
public sealed class TrustTests
{
    private const int NotItsCertificate = 12;

    [Test]
    public async Task A_node_of_another_authority_is_kept_out_and_the_others_say_so_once()
    {
        using var logs = new NodeLogs();
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Launcher = logs.Launcher });
        var (one, two, three) = (cluster.Nodes[0], cluster.Nodes[1], cluster.Nodes[2]);
        await three.StopAsync();
        var settings = await File.ReadAllTextAsync(three.Config);
        await GiveForeignCertificateAsync(cluster, three);

        var since = Stopwatch.StartNew();
        await three.StartAsync();
        foreach (var node in new[] { one, two })
        {
            await logs.SaysAsync(node.Number, "Refused a connection from", "certificate");
        }

        await logs.SaysAsync(three.Number, "Cannot connect to node 1", "not trusted");
        await (await cluster.LeaderAsync(one, two)).WriteAsync("key", "value");
        Assert.That((await three.Api.StatusAsync())!.Leader, Is.Null, "It hears of nobody.");
        foreach (var node in new[] { one, two })
        {
            var said = await logs.CountAsync(node.Number, "Refused a connection from");
            Assert.That(said, Is.LessThanOrEqualTo(1 + (int)since.Elapsed.TotalMinutes), $"Node {node.Number} says it once a minute, at most.");
        }

        // With its own certificate it is one of them again.
        await three.StopAsync();
        await File.WriteAllTextAsync(three.Config, settings);
        await three.StartAsync();
        Assert.That(await three.ReadAsync("key"), Is.EqualTo("value"));
    }

    [TestCase(3U, false, null, "expired", TestName = "A_node_whose_certificate_has_expired_is_kept_out")]
    [TestCase(2U, true, NotItsCertificate, "which says it is node 3", TestName = "A_node_with_the_certificate_of_another_one_is_kept_out")]
    public async Task Kept_out(uint certified, bool isValid, int? refusal, string said)
    {
        using var logs = new NodeLogs();
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Launcher = logs.Launcher });
        var (one, three) = (cluster.Nodes[0], cluster.Nodes[2]);
        await three.KillAsync();
        using var authority = ReadAuthority(cluster);
        var from = isValid ? DateTimeOffset.UtcNow : DateTimeOffset.UtcNow.AddMinutes(-10);
        var (certificate, key) = authority.Issue(new NodeId(certified), ["localhost"], from, TimeSpan.FromMinutes(isValid ? 60 : 5));

        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var caller = await TlsCaller.ConnectAsync(one.Address, certificate, key);
            Assert.That(await caller.GreetAsync(RawCaller.Hello(one.Cluster, three.Number, one.Number)), Is.EqualTo(refusal));
        }

        await logs.SaysAsync(one.Number, "Refused a connection from", said);
    }

    [Test]
    public async Task A_renewed_certificate_is_shown_at_the_next_connection_without_a_restart_and_its_end_is_told()
    {
        using var logs = new NodeLogs();
        using var cluster = await RealCluster.StartAsync(new RealClusterOptions { Launcher = logs.Launcher });
        var one = cluster.Nodes[0];
        var before = await ShownAsync(cluster, one);
        var process = one.ProcessId;

        var renewed = await Support.ToolRun.OfAsync("certificate", "--directory", cluster.Folder, "--node", "1", "--days", "30");

        Assert.That(renewed.ExitCode, Is.EqualTo(ExitCode.Done), renewed.Error);
        using var issued = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(cluster.Folder, "node-1.crt"));
        Assert.That(await ShownAsync(cluster, one), Is.EqualTo(issued.Thumbprint).And.Not.EqualTo(before));
        Assert.That((one.ProcessId, one.HasExited), Is.EqualTo((process, false)));

        var status = await Support.ToolRun.OfAsync("status", "--json", "--endpoint", one.Endpoint.ToString());
        Assert.That(JsonNode.Parse(status.Output)!["certificate_expires"]!.GetValue<DateTimeOffset>(), Is.EqualTo(new DateTimeOffset(issued.NotAfter)));

        // And it is taken by the others: one that was away is reached with it. That one has few days left itself, and says so.
        await cluster.Nodes[1].KillAsync();
        await Support.ToolRun.OfAsync("certificate", "--directory", cluster.Folder, "--node", "2", "--days", "20");
        await cluster.Nodes[1].StartAsync();
        await logs.SaysAsync(2, "[184]", "The certificate of node 2");
        await one.LeadAsync();
        await one.WriteAsync("key", "value");
        Assert.That(await cluster.Nodes[1].ReadAsync("key"), Is.EqualTo("value"));
    }

    [Test]
    public async Task The_authority_is_exchanged_while_the_cluster_works()
    {
        using var cluster = await RealCluster.StartAsync();
        await (await cluster.LeaderAsync()).WriteAsync("key", "before");

        // All nodes share the folder, so the file with both certificates is everywhere at once.
        await ToolAsync("authority", "rotate");
        foreach (var node in cluster.Nodes)
        {
            await ToolAsync("certificate", "--node", $"{node.Number}");
            await RestartAsync(node);
            await (await cluster.LeaderAsync()).WriteAsync("key", $"node {node.Number} has a new certificate");
        }

        await ToolAsync("authority", "forget-old");
        foreach (var node in cluster.Nodes)
        {
            await RestartAsync(node);
            await (await cluster.LeaderAsync()).WriteAsync("key", $"node {node.Number} has forgotten the old authority");
        }

        await cluster.CaughtUpAsync();
        Assert.That(await cluster.Nodes[0].ReadAsync("key"), Is.EqualTo("node 3 has forgotten the old authority"));

        async Task ToolAsync(string command, params string[] arguments)
        {
            var run = await Support.ToolRun.OfAsync([command, .. arguments, "--directory", cluster.Folder]);
            Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        }

        async Task RestartAsync(RealNode node)
        {
            Assert.That(await node.StopAsync(), Is.EqualTo(ExitCode.Done));
            await node.StartAsync();
            await Poll.UntilAsync($"node {node.Number} knows a leader", async () => await node.Api.StatusAsync() is { Leader: not null });
        }
    }

    private static async Task<string> ShownAsync(RealCluster cluster, RealNode node)
    {
        var (certificate, key) = (Path.Combine(cluster.Folder, "node-2.crt"), Path.Combine(cluster.Folder, "node-2.key"));
        using var caller = await TlsCaller.ConnectAsync(node.Address, await File.ReadAllTextAsync(certificate), await File.ReadAllTextAsync(key));
        return caller.Thumbprint;
    }

    /// <summary>A node that trusts another authority, and has a certificate of it that would do for its place.</summary>
    private static async Task GiveForeignCertificateAsync(RealCluster cluster, RealNode node)
    {
        using var foreign = ClusterAuthority.Create(new ClusterId(node.Cluster), DateTimeOffset.UtcNow);
        var (certificate, key) = foreign.Issue(new NodeId(node.Number), ["localhost"], DateTimeOffset.UtcNow, TimeSpan.FromDays(1));
        var file = JsonNode.Parse(await File.ReadAllTextAsync(node.Config))!;
        var tls = file["Consensus"]!["Transport"]!["Tls"]!;
        foreach (var (setting, text) in new[] { ("CertificateFile", certificate), ("KeyFile", key), ("AuthorityFile", foreign.CertificatePem) })
        {
            var path = Path.Combine(cluster.Folder, $"foreign-{setting}.pem");
            await File.WriteAllTextAsync(path, text);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            tls[setting] = path;
        }

        await File.WriteAllTextAsync(node.Config, file.ToJsonString());
    }

    private static ClusterAuthority ReadAuthority(RealCluster cluster) => ClusterAuthority.FromPem(
        new ClusterId(cluster.Nodes[0].Cluster),
        File.ReadAllText(Path.Combine(cluster.Folder, "authority.crt")),
        File.ReadAllText(Path.Combine(cluster.Folder, "authority.key")));
}
