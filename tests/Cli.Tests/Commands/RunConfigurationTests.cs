using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Consensus.Cli.Cluster;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

[TestFixture]
public sealed class RunConfigurationTests
{
    [Test]
    public async Task All_problems_of_a_configuration_are_listed_at_once()
    {
        using var folder = new TestFolder();
        var file = folder.File("node.json");
        await File.WriteAllTextAsync(file, """{ "Consensus": { "Node": 0, "Cluster": "zz", "Algorithm": "paxos", "Http": { "Listen": "nowhere" } } }""");

        var run = await ToolRun.OfAsync("run", "--config", file);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Error);
        Assert.That(run.Error, Does.Contain("Consensus:Http:Listen is \"nowhere\""));
        Assert.That(run.Error, Does.Contain("Cluster"));
        Assert.That(run.Error, Does.Contain("paxos"));
        Assert.That(run.Error, Does.Contain("Members"));
    }

    [TestCase("{ nonsense", "node.json is no configuration: line 1, byte 3: 'n' is an invalid start of a property name.")]
    [TestCase("[]", "node.json is no configuration: ")]
    [TestCase("{ \"Consensus\": { \"Node\": 1, \"node\": 2 } }", "node.json is no configuration: A duplicate key")]
    [TestCase("{}", "no section \"Consensus\"; allowed: { \"Consensus\": { … } }")]
    public async Task A_file_that_is_no_configuration_is_wrong_usage(string content, string complaint)
    {
        using var folder = new TestFolder();
        var file = folder.File("node.json");
        await File.WriteAllTextAsync(file, content);

        var run = await ToolRun.OfAsync("run", "--config", file);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(complaint));
    }

    [Test]
    public async Task A_folder_is_no_configuration_file()
    {
        using var folder = new TestFolder();

        var run = await ToolRun.OfAsync("run", "--config", folder.Path);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain($"{folder.Path} is a folder; allowed: a configuration file"));
    }

    [Test]
    public async Task A_file_is_no_data_folder()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1");
        Directory.Delete(folder.File("node-1"), recursive: true);
        await File.WriteAllTextAsync(folder.File("node-1"), "");

        var run = await ToolRun.OfAsync("run", "--config", folder.File("node-1.json"));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain($"Consensus:DataDirectory is \"{folder.File("node-1")}\", which is a file; allowed: a folder."));
    }

    [Test]
    public async Task The_data_folder_of_another_cluster_is_wrong_usage()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.File("a"), "--nodes", "1");
        await ToolRun.OfAsync("init", "--directory", folder.File("b"), "--nodes", "1");
        var config = folder.File("a/node-1.json");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace("\"node-1\"", "\"../b/node-1\"", StringComparison.Ordinal));

        var run = await ToolRun.OfAsync("run", "--config", config);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain($"{folder.File("b/node-1")} is the data folder of node 1 of cluster ").And.Contain("Correct the path or the ids in the configuration"));
    }

    [TestCase(0, "Consensus:Members:0:Address")]
    [TestCase(1, "Consensus:Http:Listen")]
    public async Task A_port_that_is_taken_is_wrong_usage_whichever_it_is(int taken, string setting)
    {
        using var folder = new TestFolder();
        var ports = LoopbackPorts.Find(2);
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1", "--base-port", $"{ports[0]}", "--http-port", $"{ports[1]}");
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, ports[taken]));
        other.Listen();

        var run = await ToolRun.OfAsync("run", "--config", folder.File("node-1.json"), "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Error);
        using var report = JsonDocument.Parse(run.Output);
        Assert.That(report.RootElement.GetProperty("error").GetString(), Is.EqualTo(
            $"{setting} is \"127.0.0.1:{ports[taken]}\", where this node cannot listen (Address already in use); allowed: an address of this machine with a port that no other program uses."));
    }

    [TestCase("\"Listen\": \"127.0.0.1:", "\"Listen\": \"192.0.2.1:", "Consensus:Http:Listen is \"192.0.2.1:")]
    [TestCase("\"Address\": \"127.0.0.1:", "\"Address\": \"192.0.2.1:", "Consensus:Members:0:Address is \"192.0.2.1:")]
    public async Task An_address_of_another_machine_is_wrong_usage(string own, string foreign, string complaint)
    {
        using var folder = new TestFolder();
        var ports = LoopbackPorts.Find(2);
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1", "--base-port", $"{ports[0]}", "--http-port", $"{ports[1]}");
        var config = folder.File("node-1.json");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace(own, foreign, StringComparison.Ordinal));

        var run = await ToolRun.OfAsync("run", "--config", config);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Error);
        Assert.That(run.Error, Does.Contain(complaint).And.Contain("where this node cannot listen"));
    }

    [Test]
    public async Task A_node_whose_data_folder_has_gone_does_not_start_over()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1");
        Directory.Delete(folder.File("node-1"), recursive: true);

        var run = await ToolRun.OfAsync("run", "--config", folder.File("node-1.json"));

        // The path may be wrong as well: that is for the caller to correct.
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(folder.File("node-1")));
    }

    [Test]
    public async Task A_damaged_data_folder_fails_with_its_name()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1");
        foreach (var segment in Directory.GetFiles(Path.Combine(folder.File("node-1"), "log")))
        {
            await File.WriteAllBytesAsync(segment, [.. Enumerable.Repeat((byte)0xA5, 8192)]);
        }

        var run = await ToolRun.OfAsync("run", "--config", folder.File("node-1.json"));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Error, Does.Contain(folder.File("node-1")));
    }
}
