using System.Text;
using System.Text.Json.Nodes;
using Consensus.Storage.Files;
using Consensus.Transport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.Client.Tests.Support;

/// <summary>Three real nodes in this process, each with its API on loopback: files in memory, messages from queue to queue.</summary>
internal sealed class ApiCluster : IAsyncDisposable
{
    /// <summary>Never asserted on: how long a test that hangs may take to say so.</summary>
    private static readonly TimeSpan SafetyLimit = TimeSpan.FromSeconds(90);

    private readonly InProcessNetwork _network = new(new InProcessOptions());
    private readonly Dictionary<uint, IFileSystem> _files = [];
    private readonly Dictionary<uint, ApiNode> _nodes = [];
    private readonly Dictionary<uint, int> _ports = [];
    private readonly int _sessionsMax;
    private int _steps;

    private ApiCluster(int sessionsMax) => _sessionsMax = sessionsMax;

    /// <param name="sessionsMax">How many sessions the group keeps.</param>
    public static async Task<ApiCluster> StartAsync(int sessionsMax = 10_000)
    {
        var cluster = new ApiCluster(sessionsMax);
        for (var node = 1U; node <= 3; node++)
        {
            await cluster.StartNodeAsync(node);
        }

        return cluster;
    }

    /// <summary>Which cluster it is.</summary>
    public static ClusterId Cluster { get; } = new(new Guid("6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11"));

    public ConsensusClient CreateClient(Action<ConsensusClientOptions>? configure = null)
    {
        var options = new ConsensusClientOptions();
        foreach (var port in _ports.Values)
        {
            options.Endpoints.Add(new Uri($"http://127.0.0.1:{port}"));
        }

        configure?.Invoke(options);
        return new ConsensusClient(options);
    }

    /// <summary>Counts a step of the test's load.</summary>
    public void Advance() => Interlocked.Increment(ref _steps);

    /// <summary>Waits for so many more steps.</summary>
    public async Task AdvancedAsync(int steps)
    {
        using var limit = new CancellationTokenSource(SafetyLimit);
        var goal = Volatile.Read(ref _steps) + steps;
        while (Volatile.Read(ref _steps) < goal)
        {
            await Task.Delay(1, limit.Token);
        }
    }

    /// <summary>Waits until a node leads.</summary>
    public async Task<uint> LeaderAsync()
    {
        using var limit = new CancellationTokenSource(SafetyLimit);
        while (true)
        {
            foreach (var (number, node) in _nodes)
            {
                if (node.Consensus.Status.Role == ReplicaRole.Leader)
                {
                    return number;
                }
            }

            await Task.Delay(1, limit.Token);
        }
    }

    /// <summary>Stops the node that leads, and starts it again with its files, at its old address.</summary>
    public async Task RestartLeaderAsync()
    {
        var leader = await LeaderAsync();
        _nodes.Remove(leader, out var node);
        await node!.DisposeAsync();
        await StartNodeAsync(leader);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values)
        {
            await node.DisposeAsync();
        }
    }

    private async Task StartNodeAsync(uint number)
    {
        var files = _files.TryGetValue(number, out var kept) ? kept : _files[number] = new MemoryFileSystem();
        var node = await ApiNode.StartAsync(
            services => services.AddConsensus(Section(number))
                .UseFileSystem(files)
                .UseTransport((_, options, engine) => _network.CreateTransport(options.Node, engine.Codec)),
            _ports.GetValueOrDefault(number));
        _nodes[number] = node;
        _ports[number] = node.Endpoint.Port;
    }

    private IConfigurationSection Section(uint node)
    {
        var section = new JsonObject
        {
            ["Consensus"] = new JsonObject
            {
                ["ClusterId"] = $"{Cluster}",
                ["Node"] = node,
                ["Members"] = new JsonArray(
                    [.. Enumerable.Range(1, 3).Select(id => (JsonNode)new JsonObject { ["Id"] = id, ["Address"] = $"127.0.0.1:{7000 + id}" })]),
                ["DataDirectory"] = $"data/{node}",
                ["Sessions"] = new JsonObject { ["SessionsMax"] = _sessionsMax },
                ["Storage"] = new JsonObject { ["SegmentBytes"] = 8 * 1024 * 1024 },
                ["Raft"] = new JsonObject { ["UncommittedBytesMax"] = 1024 * 1024, ["InflightBytesMax"] = 1024 * 1024 },
            },
        };
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(section.ToJsonString()));
        return new ConfigurationBuilder().AddJsonStream(json).Build().GetSection("Consensus");
    }
}
