using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Consensus.Cli.Tests.Support;
using Consensus.Transport;

namespace Consensus.Cli.Tests.Commands;

[TestFixture]
public sealed class InitTests
{
    [Test]
    public async Task Each_node_gets_a_configuration_file_and_a_data_folder()
    {
        using var folder = new TestFolder();

        var run = await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "3", "--base-port", "7000", "--http-port", "8000", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        using var json = JsonDocument.Parse(run.Output);
        var nodes = json.RootElement.GetProperty("nodes").EnumerateArray().ToArray();
        Assert.That(nodes.Select(node => node.GetProperty("node").GetInt32()), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(nodes.Select(node => node.GetProperty("address").GetString()), Is.EqualTo(new[] { "127.0.0.1:7000", "127.0.0.1:7001", "127.0.0.1:7002" }));
        Assert.That(nodes.Select(node => node.GetProperty("endpoint").GetString()), Is.EqualTo(new[] { "http://127.0.0.1:8000", "http://127.0.0.1:8001", "http://127.0.0.1:8002" }));
        Assert.That(nodes.Select(node => node.GetProperty("config").GetString()), Has.All.Matches<string>(File.Exists));
        Assert.That(nodes.Select(node => node.GetProperty("data_directory").GetString()), Has.All.Matches<string>(Directory.Exists));
    }

    [Test]
    public async Task All_files_name_the_same_cluster_and_members()
    {
        using var folder = new TestFolder();

        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "2");

        using var one = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("node-1.json")));
        using var two = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("node-2.json")));
        var (first, second) = (one.RootElement.GetProperty("Consensus"), two.RootElement.GetProperty("Consensus"));
        Assert.That(first.GetProperty("ClusterId").GetString(), Is.EqualTo(second.GetProperty("ClusterId").GetString()).And.Not.Empty);
        Assert.That(first.GetProperty("Members").GetRawText(), Is.EqualTo(second.GetProperty("Members").GetRawText()));
        Assert.That((first.GetProperty("Node").GetInt32(), second.GetProperty("Node").GetInt32()), Is.EqualTo((1, 2)));
        Assert.That(first.GetProperty("Initialize").GetString(), Is.EqualTo("Never"));
    }

    [Test]
    public async Task A_cluster_that_has_an_identity_keeps_it()
    {
        const string Id = "0d9e7a52-6a3f-4d3c-9b57-3c8f4b1f2a60";
        using var folder = new TestFolder();

        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1", "--cluster-id", Id);

        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("node-1.json")));
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(folder.File("node-1.crt"));
        var written = json.RootElement.GetProperty("Consensus").GetProperty("ClusterId").GetString()!;
        Assert.That(Guid.Parse(written), Is.EqualTo(Guid.Parse(Id)));
        Assert.That(NodeName.In(certificate, new ClusterId(Guid.Parse(Id))), Is.EqualTo(new[] { new NodeId(1) }));
    }

    [Test]
    public async Task For_a_hybrid_there_is_an_operator_with_a_key_that_all_nodes_know_and_nobody_else_can_read()
    {
        using var folder = new TestFolder();

        var run = await ToolRun.OfAsync("init", "--directory", folder.Path, "--algorithm", "hybrid", "--json");
        var again = await ToolRun.OfAsync("init", "--directory", folder.Path, "--algorithm", "hybrid", "--base-port", "7000");
        var shown = await ToolRun.OfAsync("keys", "show", folder.File("operator.key"), "--json");

        Assert.That((run.ExitCode, again.ExitCode, shown.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Usage, ExitCode.Done)), run.Error + shown.Error);
        using var result = JsonDocument.Parse(run.Output);
        using var key = JsonDocument.Parse(shown.Output);
        Assert.That(result.RootElement.GetProperty("operator_key").GetString(), Is.EqualTo(folder.File("operator.key")));
        Assert.That(again.Error, Does.Contain("operator.key"), "it may be the only copy");
        for (var node = 1; node <= 4; node++)
        {
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File($"node-{node}.json")));
            var hybrid = json.RootElement.GetProperty("Consensus").GetProperty("Hybrid");
            Assert.That(hybrid.GetRawText().Where(c => !char.IsWhiteSpace(c)), Is.EqualTo($$"""{"OperatorKeys":["{{key.RootElement.GetProperty("public_key")}}"]}"""));
        }
    }

    [Test]
    public async Task For_pbft_there_are_four_nodes_that_sign_and_nobody_joins_them()
    {
        using var folder = new TestFolder();

        var run = await ToolRun.OfAsync("init", "--directory", folder.Path, "--algorithm", "pbft", "--json");
        var join = await ToolRun.OfAsync("join", "--directory", folder.Path, "--node", "5", "--address", "127.0.0.1:7905", "--http", "127.0.0.1:8905");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        using var result = JsonDocument.Parse(run.Output);
        var keys = result.RootElement.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("public_key").GetString()).ToArray();
        Assert.That(keys, Has.Length.EqualTo(4).And.Unique.And.All.Length.EqualTo(64));
        Assert.That(File.Exists(folder.File("node-4.signing.key")), Is.True);
        Assert.That(join.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(join.Error, Does.Contain("No node can join").And.Contain("pbft"));
        Assert.That(File.Exists(folder.File("node-5.json")), Is.False);
    }

    [TestCase("none")]
    [TestCase("00000000-0000-0000-0000-000000000000")]
    public async Task An_identity_that_is_none_is_refused(string id)
    {
        using var folder = new TestFolder();

        var run = await ToolRun.OfAsync("init", "--directory", folder.Path, "--cluster-id", id);

        Assert.That((run.ExitCode, Directory.GetFileSystemEntries(folder.Path).Length), Is.EqualTo((ExitCode.Usage, 0)));
        Assert.That(run.Error, Does.Contain($"--cluster-id is '{id}'"));
    }

    [TestCase("node-2.json")]
    [TestCase("node-3")]
    public async Task Nothing_is_written_if_anything_is_there(string existing)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.File(existing));

        var run = await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "3");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(folder.File(existing)));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.One.Items);
    }

    [Test]
    public async Task With_https_each_node_serves_its_api_with_its_own_certificate_and_who_joins_does_too()
    {
        using var folder = new TestFolder();

        var run = await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1", "--https", "--json");
        await ToolRun.OfAsync("join", "--directory", folder.Path, "--node", "2", "--address", "127.0.0.1:7902", "--http", "127.0.0.1:8902");

        using var result = JsonDocument.Parse(run.Output);
        using var second = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("node-2.json")));
        var http = second.RootElement.GetProperty("Consensus").GetProperty("Http");
        Assert.That(result.RootElement.GetProperty("nodes")[0].GetProperty("endpoint").GetString(), Does.StartWith("https://127.0.0.1:"));
        Assert.That((http.GetProperty("CertificateFile").GetString(), http.GetProperty("KeyFile").GetString()), Is.EqualTo(("node-2.crt", "node-2.key")));
    }

    [Test]
    public async Task Https_needs_certificates()
    {
        using var folder = new TestFolder();

        var run = await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1", "--https", "--no-tls");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("--https and --no-tls exclude each other"));
    }
}
