using System.Diagnostics;
using Consensus.Transport;

namespace Consensus.Cli.Cluster;

/// <summary>A cluster of real nodes in this process.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);

    private readonly LocalIdentities? _identities;
    private readonly bool _commitsWholeLog;

    /// <summary>Creates a cluster; nothing runs yet.</summary>
    public LocalCluster(LocalClusterOptions options)
    {
        var ports = LoopbackPorts.Find(options.Nodes);
        var membership = new ClusterMembership(
            [.. ports.Select((port, i) => new Member(new NodeId((uint)i + 1), $"127.0.0.1:{port}"))], []);
        var cluster = Id;
        using var authority = options.Tls ? ClusterAuthority.Create(cluster, TimeProvider.System.GetUtcNow()) : null;
        _commitsWholeLog = options.Algorithm.CommitsWholeLog;
        _identities = options.Algorithm.Signs ? new LocalIdentities(cluster, membership.Members.Select(member => member.Id)) : null;
        Nodes = [.. membership.Members.Select(member => new LocalNode(
            member, cluster, membership, options, () => options.Algorithm.CreateEngine(options, () => Identities, member.Id), Credentials(authority, member.Id)))];
    }

    /// <summary>Which cluster it is.</summary>
    public ClusterId Id { get; } = new(Guid.NewGuid());

    /// <summary>All nodes, running or not, in the order of their numbers.</summary>
    public IReadOnlyList<LocalNode> Nodes { get; }

    /// <summary>The keys of the nodes, and of who may change their engine.</summary>
    public LocalIdentities Identities =>
        _identities ?? throw new UnreachableException("Where nobody signs, nobody asks for keys.");

    /// <summary>The running node that leads in the highest term; <see langword="null"/> if there is none.</summary>
    public LocalNode? Leader
    {
        get
        {
            LocalNode? leader = null;
            var term = 0UL;
            foreach (var node in Nodes)
            {
                if (node.Status is { Role: ReplicaRole.Leader } status && (leader is null || status.TermOrView > term))
                {
                    (leader, term) = (node, status.TermOrView);
                }
            }

            return leader;
        }
    }

    /// <summary>Starts all nodes.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // At the same time: most of a start is the writing of empty log segments, and one node alone would only ask in vain for votes.
        await Task.WhenAll(Nodes.Select(node => Task.Run(() => node.StartAsync(cancellationToken), cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Waits until a node leads.</summary>
    /// <exception cref="CommandFailedException">None did in time.</exception>
    public async Task<LocalNode> WaitForLeaderAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        LocalNode? leader = null;
        if (!await WaitAsync(() => (leader = Leader) is not null, timeout, cancellationToken).ConfigureAwait(false))
        {
            throw new CommandFailedException($"No leader was elected within {timeout.TotalSeconds:N0} s.");
        }

        return leader!;
    }

    /// <summary>Waits until all nodes run and have applied the whole log of the leader.</summary>
    /// <exception cref="CommandFailedException">They had not in time; the message says where each stood.</exception>
    public async Task<LogIndex> WaitUntilSettledAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!await WaitAsync(IsSettled, timeout, cancellationToken).ConfigureAwait(false))
        {
            var places = Nodes.Select(node => node.Status is { } status
                ? $"node {node.Id}: {status.Role} in term {status.TermOrView}, log {status.LastIndex}, committed {status.CommitIndex}, applied {status.AppliedIndex}"
                : $"node {node.Id}: down");
            throw new CommandFailedException($"The nodes did not reach the same state within {timeout.TotalSeconds:N0} s ({string.Join("; ", places)}).");
        }

        return Nodes[0].Status!.AppliedIndex;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            if (node.Consensus is not null)
            {
                await node.StopAsync().ConfigureAwait(false);
            }
        }

        _identities?.Dispose();
    }

    private static TlsCredentials? Credentials(ClusterAuthority? authority, NodeId node)
    {
        if (authority is null)
        {
            return null;
        }

        var (certificate, key) = authority.Issue(node, [], TimeProvider.System.GetUtcNow(), ClusterAuthority.NodeValidity);
        return TlsCredentials.FromPem(certificate, key, authority.CertificatePem);
    }

    private static async Task<bool> WaitAsync(Func<bool> condition, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > timeout)
            {
                return false;
            }

            await Task.Delay(PollInterval, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private bool IsSettled()
    {
        if (Leader?.Status is not { } leader || leader.AppliedIndex != leader.CommitIndex || (_commitsWholeLog && leader.CommitIndex != leader.LastIndex))
        {
            return false;
        }

        return Nodes.All(node => node.Status is { } status
            && status.LastIndex == leader.LastIndex
            && status.AppliedIndex == leader.CommitIndex);
    }
}
