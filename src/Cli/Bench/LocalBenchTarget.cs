using System.Runtime.CompilerServices;
using Consensus.Cli.Cluster;
using Consensus.Client.KeyValue;
using Consensus.Cryptography;
using Consensus.HotStuff;
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
    private BenchSession[] _sessions = [];

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
            HotStuff = new HotStuffOptions { Rules = options.TwoChain ? HotStuffRuleSet.TwoChain : HotStuffRuleSet.ThreeChain },
        });
        await _cluster.StartAsync(cancellationToken).ConfigureAwait(false);
        var leader = await _cluster.WaitForLeaderAsync(ElectionTimeout, cancellationToken).ConfigureAwait(false);
        IEnumerable<LocalNode> asked = options.AnyNode ? _cluster.Nodes : [leader];
        _stores = [.. asked.Select(node => new KeyValueStore(node.Consensus!))];
        if (options.ClientKeys)
        {
            var ed25519 = Ed25519.Load();
            _sessions = [.. Enumerable.Range(0, options.Clients).Select(_ => new BenchSession(_cluster.Id, ed25519))];
            await Task.WhenAll(_sessions.Select(session => OpenAsync(session, leader.Consensus!, cancellationToken))).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> PutAsync(int client, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var propose = _sessions.Length == 0 ? default : SignedBy(_sessions[client], key, value);
        var result = await _stores[client % _stores.Length].PutAsync(key, value, propose, cancellationToken).ConfigureAwait(false);
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

        foreach (var session in _sessions)
        {
            session.Dispose();
        }

        _folder.Dispose();
    }

    private static async Task OpenAsync(BenchSession session, IConsensus consensus, CancellationToken cancellationToken)
    {
        var opened = await consensus.OpenSessionAsync(session.PublicKey, cancellationToken).ConfigureAwait(false);
        session.Client = opened.IsOpen ? opened.Client : throw new CommandFailedException($"No session could be opened for a client: {opened.Refusal}.");
    }

    private static ProposeOptions SignedBy(BenchSession session, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value)
    {
        // The machine is the only one behind its log: its commands have no number in front.
        var (request, signature) = session.Next(KeyValueWire.Put(key.Span, value.Span)[1]);
        var bytes = new byte[Signature.Size];
        signature.CopyTo(bytes);
        return new ProposeOptions(Request: request, AcknowledgedBelow: request.Sequence, Signature: bytes);
    }
}
