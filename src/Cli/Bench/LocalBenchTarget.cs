using System.Runtime.CompilerServices;
using Consensus.Cli.Cluster;
using Consensus.Raft;
using Consensus.Replication.KeyValue;

namespace Consensus.Cli.Bench;

/// <summary>A cluster in this process: clients call its nodes directly, the nodes speak TCP among each other.</summary>
internal sealed class LocalBenchTarget(BenchOptions options) : IBenchTarget
{
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new("consensus-bench");
    private LocalCluster? _cluster;
    private KeyValueStore[] _stores = [];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _cluster = new LocalCluster(new LocalClusterOptions
        {
            Algorithm = Algorithms.Of(options.Algorithm),
            Nodes = options.Nodes,
            CreateMachine = () => new KeyValueStateMachine(),
            Tls = options.Tls,
            Directory = options.InMemory ? null : _folder.Path,
            Raft = new RaftOptions { Reads = options.Lease ? ReadMode.Lease : ReadMode.ReadIndex },
        });
        await _cluster.StartAsync(cancellationToken).ConfigureAwait(false);
        var leader = await _cluster.WaitForLeaderAsync(ElectionTimeout, cancellationToken).ConfigureAwait(false);
        IEnumerable<LocalNode> asked = options.AnyNode ? _cluster.Nodes : [leader];
        _stores = [.. asked.Select(node => new KeyValueStore(node.Consensus!))];
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> PutAsync(int client, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var result = await _stores[client % _stores.Length].PutAsync(key, value, cancellationToken: cancellationToken).ConfigureAwait(false);
        return result.IsApplied;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<BenchAnswer> GetAsync(int client, ReadOnlyMemory<byte> key, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        var result = await _stores[client % _stores.Length].GetAsync(key, consistency, cancellationToken).ConfigureAwait(false);
        return new BenchAnswer(result.IsAnswered, result.IsFound, result.Value);
    }

    /// <inheritdoc/>
    public ResourceUse MeasureResources() => ResourceUse.OfThisProcess();

    /// <inheritdoc/>
    public MemoryUse MeasureMemory() => MemoryUse.OfThisProcess();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_cluster is { } cluster)
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
        }

        _folder.Dispose();
    }
}
