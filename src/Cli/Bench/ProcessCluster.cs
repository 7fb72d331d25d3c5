using Consensus.Cli.Cluster;
using Consensus.Cli.Nodes;
using Consensus.Cli.Setup;
using Consensus.Client;

namespace Consensus.Cli.Bench;

/// <summary>A new cluster on this machine whose nodes have processes of their own.</summary>
/// <param name="algorithm">The engine.</param>
/// <param name="nodes">How many nodes.</param>
/// <param name="tls">Whether the nodes talk through TLS.</param>
internal sealed class ProcessCluster(string algorithm, int nodes, bool tls) : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder _folder = new("consensus-bench");
    private readonly List<ProcessNode> _nodes = [];

    /// <summary>How many of the last nodes get no process: who made the cluster runs them.</summary>
    public int WithoutProcess { get; init; }

    /// <summary>Changes a node's configuration file before anything reads it.</summary>
    public Action<string>? Adjust { get; init; }

    /// <summary>The configuration files of the nodes without a process, once the cluster has been started.</summary>
    public IReadOnlyList<string> Configurations { get; private set; } = [];

    /// <summary>Which cluster it is, once it has been started.</summary>
    public ClusterId Id { get; private set; }

    /// <summary>With a hybrid: the file with its operator's key, once it has been started.</summary>
    public string? OperatorKey { get; private set; }

    /// <summary>Where the nodes with processes serve their HTTP API, in the order of their numbers.</summary>
    public IEnumerable<Uri> Endpoints => _nodes.Select(node => node.Endpoint);

    /// <summary>The processes of the nodes that run.</summary>
    public IEnumerable<System.Diagnostics.Process> Processes => _nodes.Where(node => node.Process.IsRunning).Select(node => node.Process.Process);

    /// <summary>Writes the cluster's files and starts the processes of its nodes.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var ports = LoopbackPorts.Find(2, nodes);
        var cluster = ClusterInitializer.Run(new InitOptions
        {
            Directory = _folder.Path,
            Nodes = nodes,
            Algorithm = algorithm,
            BasePort = ports[0],
            HttpPort = ports[1],
            Tls = tls,
        });
        Id = new ClusterId(Guid.Parse(cluster.Cluster));
        OperatorKey = cluster.OperatorKey;
        foreach (var node in cluster.Nodes)
        {
            Adjust?.Invoke(node.Config);
        }

        Configurations = [.. cluster.Nodes.TakeLast(WithoutProcess).Select(node => node.Config)];
        foreach (var node in cluster.Nodes.SkipLast(WithoutProcess))
        {
            var options = new ConsensusClientOptions { Timeout = StatusTimeout, PreferLeader = false };
            var endpoint = new Uri(node.Endpoint);
            options.Endpoints.Add(endpoint);
            _nodes.Add(new ProcessNode(node.Node, endpoint, new NodeProcess(node.Config), new ConsensusClient(options)));
            await _nodes[^1].Process.StartAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until a node leads, as it says itself.</summary>
    /// <exception cref="CommandFailedException">None did in time.</exception>
    public async Task<ProcessNode> WaitForLeaderAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        ProcessNode? leader = null;
        await WaitAsync("No leader was elected", timeout, FindAsync, cancellationToken).ConfigureAwait(false);
        return leader!;

        async Task<bool> FindAsync()
        {
            var term = 0UL;
            foreach (var node in _nodes.Where(node => node.Process.IsRunning))
            {
                if (await node.StatusAsync(cancellationToken).ConfigureAwait(false) is { Role: ReplicaRole.Leader } status && (leader is null || status.TermOrView > term))
                {
                    (leader, term) = (node, status.TermOrView);
                }
            }

            return leader is not null;
        }
    }

    /// <summary>Waits until a node with a process knows who leads, be it one without.</summary>
    /// <exception cref="CommandFailedException">None did in time.</exception>
    public Task WaitUntilLedAsync(TimeSpan timeout, CancellationToken cancellationToken) => WaitAsync(
        "No leader was elected",
        timeout,
        async () =>
        {
            foreach (var node in _nodes)
            {
                if (await node.StatusAsync(cancellationToken).ConfigureAwait(false) is { } status && status.Leader != NodeId.None)
                {
                    return true;
                }
            }

            return false;
        },
        cancellationToken);

    /// <summary>Waits until a node has applied what is committed now.</summary>
    /// <exception cref="CommandFailedException">It had not in time.</exception>
    public async Task WaitUntilCaughtUpAsync(ProcessNode node, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var leader = await WaitForLeaderAsync(timeout, cancellationToken).ConfigureAwait(false);
        var committed = (await leader.StatusAsync(cancellationToken).ConfigureAwait(false))?.CommitIndex ?? LogIndex.Zero;
        await WaitAsync(
            $"Node {node.Number} did not catch up to entry {committed}",
            timeout,
            async () => await node.StatusAsync(cancellationToken).ConfigureAwait(false) is { } status && status.AppliedIndex >= committed,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            node.Process.Dispose();
            await node.Client.DisposeAsync().ConfigureAwait(false);
        }

        _folder.Dispose();
    }

    private static async Task WaitAsync(string failure, TimeSpan timeout, Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(start) > timeout)
            {
                throw new CommandFailedException($"{failure} within {timeout.TotalSeconds:N0} s.");
            }

            await Task.Delay(PollInterval, cancellationToken).ConfigureAwait(false);
        }
    }
}
