using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Consensus.Cli.Client;
using Consensus.Cli.Cluster;
using Consensus.Cli.Setup;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>
/// A cluster as an operator would set it up: <c>init</c>, and a process with <c>run</c> for each node. Disposing kills whatever still runs and
/// removes the files.
/// </summary>
internal sealed class RealCluster : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly bool _commitsWholeLog;

    /// <summary>Read by clients while nodes come and go.</summary>
    private ImmutableList<RealNode> _nodes = [];
    private uint _lastNumber;

    private RealCluster(RealClusterOptions options)
    {
        _commitsWholeLog = Algorithms.Of(options.Algorithm).CommitsWholeLog;
        var ports = LoopbackPorts.Find(2, options.Nodes);
        var initialized = ClusterInitializer.Run(new InitOptions
        {
            Directory = _folder.Path,
            Nodes = options.Nodes,
            Algorithm = options.Algorithm,
            BasePort = ports[0],
            HttpPort = ports[1],
            Tls = options.Tls,
        });
        foreach (var node in initialized.Nodes)
        {
            var section = JsonNode.Parse(File.ReadAllText(node.Config))!;
            if (options.Configure is { } configure)
            {
                Directory.Delete(node.DataDirectory, recursive: true);
                section["Consensus"]!["Initialize"] = "IfMissing";
                configure(node.Node, section["Consensus"]!.AsObject());
                File.WriteAllText(node.Config, section.ToJsonString());
            }

            _nodes = _nodes.Add(ToNode(node.Config, section, options.Launcher(node.Node)));
        }

        _lastNumber = (uint)options.Nodes;
    }

    /// <summary>Where its files are.</summary>
    public string Folder => _folder.Path;

    public IReadOnlyList<RealNode> Nodes => _nodes;

    public IEnumerable<Uri> Endpoints => _nodes.Select(node => node.Endpoint);

    /// <summary>Sets a cluster up and starts all nodes.</summary>
    public static async Task<RealCluster> StartAsync(RealClusterOptions? options = null)
    {
        var cluster = new RealCluster(options ?? new RealClusterOptions());
        try
        {
            await cluster.StartNodesAsync();
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Starts the nodes that do not run.</summary>
    public Task StartNodesAsync() => Task.WhenAll(_nodes.Where(node => !node.IsRunning).Select(node => node.StartAsync()));

    /// <summary>Waits until a node leads and all of these follow it.</summary>
    /// <param name="among">The nodes that can reach each other; <see langword="null"/>: all.</param>
    public async Task<RealNode> LeaderAsync(params IReadOnlyList<RealNode>? among)
    {
        var asked = among is { Count: > 0 } ? among : _nodes;
        return await Poll.ForAsync($"nodes {string.Join(", ", asked.Select(node => node.Number))} agree on a leader among them", async () =>
        {
            var statuses = await Task.WhenAll(asked.Select(node => node.Api.StatusAsync()));
            var leader = statuses.FirstOrDefault(status => status is { IsLeader: true });
            return leader is not null && statuses.All(status => status?.Leader == leader.Node && status.Term == leader.Term)
                ? asked.Single(node => node.Number == leader.Node)
                : null;
        });
    }

    /// <summary>Waits until every node has applied all that any of them has in its log, or all that any has committed where the end of a log is not.</summary>
    public async Task CaughtUpAsync() => await Poll.UntilAsync("all nodes have applied the same log", async () =>
    {
        var statuses = await Task.WhenAll(_nodes.Select(node => node.Api.StatusAsync()));
        return statuses.All(status => status is not null && status.Applied == statuses.Max(other => _commitsWholeLog ? other?.Last : other?.Commit));
    });

    /// <summary>
    /// Does something by commands of the tool, as an operator does who knows all nodes: if a command fails, because leadership has just
    /// changed for example, they look, and give it again if it is still to be done.
    /// </summary>
    /// <param name="command">What brings it about.</param>
    /// <param name="look">What shows whether it is done.</param>
    /// <param name="isDone">Whether this is what it shows then.</param>
    public async Task OperateAsync(string[] command, string[] look, Func<JsonElement, bool> isDone)
    {
        string[] endpoints = ["--json", "--endpoint", string.Join(',', Endpoints)];
        var last = "";
        await Poll.UntilAsync($"this is done: {string.Join(' ', command)}", async () =>
        {
            var commanded = await ToolRun.OfAsync([.. command, .. endpoints]);
            var looked = await ToolRun.OfAsync([.. look, .. endpoints]);
            if (commanded.Error != last)
            {
                last = commanded.Error;
                await TestContext.Out.WriteLineAsync($"{string.Join(' ', command)}: {last}");
            }

            using var shown = looked.ExitCode == ExitCode.Done ? JsonDocument.Parse(looked.Output) : null;
            return shown is not null && isDone(shown.RootElement);
        });
    }

    /// <summary>A client as scripts use it: it tries all nodes, and repeats only what is safe to repeat.</summary>
    public ApiClient CreateClient() => new([.. Endpoints], TimeSpan.FromMinutes(2), TimeProvider.System, _ => { }, new ApiAccess());

    /// <summary>Sets up, and does not start, a node that will join.</summary>
    public RealNode AddJoining(params IReadOnlyList<string> launcher)
    {
        var ports = LoopbackPorts.Find(2);
        var number = ++_lastNumber;
        var joining = JoinInitializer.Run(new JoinOptions
        {
            Directory = _folder.Path,
            Node = number,
            Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{ports[0]}"),
            HttpAddress = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{ports[1]}"),
        });
        var node = ToNode(joining.Config, JsonNode.Parse(File.ReadAllText(joining.Config))!, launcher);
        _nodes = _nodes.Add(node);
        return node;
    }

    /// <summary>Forgets a node that was removed from the cluster.</summary>
    public void Remove(RealNode node)
    {
        node.Dispose();
        _nodes = _nodes.Remove(node);
    }

    public void Dispose()
    {
        foreach (var node in _nodes)
        {
            node.Dispose();
        }

        _folder.Dispose();
    }

    private static RealNode ToNode(string config, JsonNode file, IReadOnlyList<string> launcher)
    {
        var settings = file["Consensus"]!;
        var data = Path.GetFullPath((string)settings["DataDirectory"]!, Path.GetDirectoryName(config)!);
        var number = (uint)settings["Node"]!;
        var address = (string?)settings["Transport"]?["Listen"]
            ?? settings["Members"]!.AsArray().Where(member => member!["Id"]!.ToString() == settings["Node"]!.ToString()).Select(member => (string)member!["Address"]!).Single();
        return new RealNode(number, config, data, launcher)
        {
            Cluster = Guid.Parse((string)settings["ClusterId"]!),
            Address = IPEndPoint.Parse(address),
            Endpoint = new Uri($"http://{settings["Http"]!["Listen"]}"),
        };
    }
}
