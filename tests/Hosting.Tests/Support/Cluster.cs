using System.Text.Json.Nodes;
using Consensus.Storage.Files;
using Consensus.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Consensus.Hosting.Tests;

/// <summary>Nodes of one group in this process, each in a host of its own: files in memory, messages from queue to queue.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly Dictionary<uint, IHost> _hosts = [];
    private readonly Dictionary<uint, IFileSystem> _files = [];
    private readonly TestOutput _output = new();

    public InProcessNetwork Network { get; } = new(new InProcessOptions());

    /// <summary>The event ids of what all nodes have logged.</summary>
    public IReadOnlyList<int> Logged => _output.Ids;

    /// <summary>What all nodes have logged with an event id.</summary>
    public IEnumerable<string> TextsOf(int id) => _output.Lines.Where(line => line.Id == id).Select(line => line.Text);

    public IEnumerable<uint> Running => _hosts.Keys;

    /// <summary>Starts three nodes.</summary>
    public static async Task<Cluster> StartAsync(CancellationToken cancellationToken)
    {
        var cluster = new Cluster();
        foreach (var node in new uint[] { 1, 2, 3 })
        {
            await cluster.StartNodeAsync(node, cancellationToken: cancellationToken);
        }

        return cluster;
    }

    public IConsensus this[uint node] => _hosts[node].Services.GetRequiredService<IConsensus>();

    public T Get<T>(uint node)
        where T : notnull => _hosts[node].Services.GetRequiredService<T>();

    /// <summary>Returns when some node has logged this event.</summary>
    public Task UntilLoggedAsync(int id, CancellationToken cancellationToken) => _output.SeenAsync(id).WaitAsync(cancellationToken);

    /// <summary>The files of a node, which outlive its host.</summary>
    public void SetFiles(uint node, IFileSystem files) => _files[node] = files;

    /// <summary>Starts a node on the files it had before.</summary>
    public async Task StartNodeAsync(
        uint node, JsonObject? section = null, Action<ConsensusBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        var files = _files.TryGetValue(node, out var kept) ? kept : _files[node] = new MemoryFileSystem();
        var host = Host(node, files, section ?? Section(node), configure);
        await host.StartAsync(cancellationToken);
        _hosts[node] = host;
    }

    /// <summary>Stops a node as its host would stop it.</summary>
    public async Task StopNodeAsync(uint node, CancellationToken cancellationToken = default)
    {
        _hosts.Remove(node, out var host);
        await host!.StopAsync(cancellationToken);
        await DisposeAsync(host);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.Values)
        {
            await DisposeAsync(host);
        }
    }

    /// <summary>A host with one node that is not started.</summary>
    public IHost Host(uint node, IFileSystem files, JsonObject section, Action<ConsensusBuilder>? configure = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(_output);
        builder.Services.AddSingleton<IExitCode, RecordedExitCode>();
        var consensus = builder.Services.AddConsensus(section.ToSection())
            .UseFileSystem(files)
            .UseTransport((_, options, engine) => Network.CreateTransport(options.Node, engine.Codec))
            .AddHealthChecks();
        configure?.Invoke(consensus);
        return builder.Build();
    }

    /// <summary>Small files and patience: a busy machine must not cost a leadership.</summary>
    public static JsonObject Section(uint node) => Settings.Valid(node)
        .With("Storage:SegmentBytes", 8 * 1024 * 1024)
        .With("Raft:UncommittedBytesMax", 1024 * 1024)
        .With("Raft:InflightBytesMax", 1024 * 1024)
        .With("Replica:OperationTimeout", "30s")
        .With("Replica:ControlTimeout", "10s")
        .With("HandoverTimeout", "30s");

    private static ValueTask DisposeAsync(IHost host) => ((IAsyncDisposable)host).DisposeAsync();
}
