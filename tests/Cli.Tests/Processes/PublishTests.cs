using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Consensus.Cli.Cluster;
using Consensus.Cli.Tests.Processes.Harness;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Processes;

/// <summary>The tool, published trimmed and with a runtime of its own, does what the built one does. A part that the trimmer took shows only when it is used.</summary>
[TestFixture]
[NonParallelizable]
[Category("Soak")]
[Explicit("Publishes for a minute or more.")]
[Platform("Linux", Reason = "Signals, and the name of the program.")]
public sealed class PublishTests
{
    private static readonly TimeSpan PublishTimeMax = TimeSpan.FromMinutes(10);

    private TestFolder _folder = null!;
    private string _tool = "";

    [OneTimeSetUp]
    public async Task Publish()
    {
        _folder = new TestFolder();
        using var limit = new CancellationTokenSource(PublishTimeMax);
        _tool = await PublishedTool.PublishAsync(_folder.Path, $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", limit.Token);
    }

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    [CancelAfter(120_000)]
    public async Task Three_nodes_with_certificates_serve_it(CancellationToken cancellationToken)
    {
        var ports = LoopbackPorts.Find(2, 3);
        var initialized = await JsonAsync(["init", "--directory", _folder.File("cluster"), "--nodes", "3", "--base-port", $"{ports[0]}", "--http-port", $"{ports[1]}"], cancellationToken);
        var nodes = new List<Process>();
        try
        {
            foreach (var node in initialized["nodes"]!.AsArray())
            {
                nodes.Add(Process.Start(new ProcessStartInfo(_tool, ["run", "--config", $"{node!["config"]}", "--json"]) { UseShellExecute = false, RedirectStandardOutput = true })!);
            }

            foreach (var node in nodes)
            {
                Assert.That(await node.StandardOutput.ReadLineAsync(cancellationToken), Does.Contain("\"endpoint\""), "it is ready");
            }

            var endpoint = $"{initialized["nodes"]![0]!["endpoint"]}";
            await JsonAsync(["put", "greeting", "hello", "--endpoint", endpoint], cancellationToken);
            var read = await JsonAsync(["get", "greeting", "--endpoint", endpoint], cancellationToken);
            var status = await JsonAsync(["status", "--endpoint", endpoint], cancellationToken);
            var members = await JsonAsync(["member", "list", "--endpoint", endpoint], cancellationToken);
            await Signals.SendAsync("TERM", nodes.Select(node => node.Id));
            await Task.WhenAll(nodes.Select(node => node.WaitForExitAsync(cancellationToken)));

            Assert.That($"{read["value"]}", Is.EqualTo("hello"));
            Assert.That($"{status["algorithm"]}", Is.EqualTo("raft"));
            Assert.That(members["members"]!.AsArray(), Has.Count.EqualTo(3));
            Assert.That(nodes.Select(node => node.ExitCode), Is.All.EqualTo(ExitCode.Done));
        }
        finally
        {
            foreach (var node in nodes)
            {
                node.Kill();
                node.Dispose();
            }
        }
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Each_command_has_its_help(CancellationToken cancellationToken)
    {
        var (_, _, refusal) = await RunAsync(["nonsense"], cancellationToken);
        var commands = refusal.Split("allowed: ")[1].Split('.')[0].Split(", ");
        Assert.That(commands, Does.Contain("demo").And.Contain("member"));
        foreach (var command in commands)
        {
            var (code, output, error) = await RunAsync([command, "--help"], cancellationToken);
            Assert.That((code, error), Is.EqualTo((ExitCode.Done, "")), command);
            Assert.That(output, Does.Contain($"consensus {command}"));
        }
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task It_measures_simulates_and_refuses_what_the_built_one_does(CancellationToken cancellationToken)
    {
        var bench = await JsonAsync(["bench", "--seconds", "1", "--clients", "4"], cancellationToken);
        var simulated = await JsonAsync(["simulate", "--seed", "7", "--duration", "5s"], cancellationToken);
        var config = _folder.File("broken.json");
        await File.WriteAllTextAsync(config, """{ "Consensus": { "Nodee": 1, "Raft": { "HeartbeatInterval": "x" } } }""", cancellationToken);
        var (code, _, error) = await RunAsync(["run", "--config", config], cancellationToken);

        Assert.That(bench["operations"]!.GetValue<long>(), Is.Positive);
        Assert.That(simulated["violations"]!.AsArray(), Is.Empty);
        var built = JsonNode.Parse((await ToolRun.OfAsync("simulate", "--seed", "7", "--duration", "5s", "--json")).Output)!;
        Assert.That($"{simulated["digest"]}", Is.EqualTo($"{built["digest"]}"), "the very same run");
        Assert.That((code, error), Is.EqualTo((ExitCode.Usage, error)));
        Assert.That(error, Does.Contain("Consensus:Nodee is not a known key; the nearest one is Node."));
        Assert.That(error, Does.Contain("Consensus:Raft:HeartbeatInterval is \"x\"; allowed: a duration"));
        Assert.That(error, Does.Contain("Consensus:ClusterId is missing"));
    }

    private async Task<JsonNode> JsonAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var (code, output, error) = await RunAsync([.. arguments, "--json"], cancellationToken);
        Assert.That(code, Is.EqualTo(ExitCode.Done), $"{string.Join(' ', arguments)}: {error}");
        return JsonNode.Parse(output)!;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        PublishedTool.RunAsync(_tool, arguments, cancellationToken);
}
