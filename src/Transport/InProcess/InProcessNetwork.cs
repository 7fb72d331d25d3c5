using Consensus.Engine;

namespace Consensus.Transport;

/// <summary>Joins the transports of several nodes in one process. Its links can be cut and healed, one direction at a time.</summary>
/// <remarks>
/// As on a real network a node can send to another when both are running, each has the other among its peers, and the link is not cut.
/// Safe to use from any number of threads.
/// </remarks>
public sealed class InProcessNetwork
{
    private readonly InProcessOptions _options;
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeId, InProcessTransport> _running = [];
    private readonly HashSet<(NodeId From, NodeId To)> _cut = [];
    private readonly Dictionary<(NodeId From, NodeId To), InProcessLink> _links = [];
    private readonly Dictionary<(NodeId From, NodeId To), Task> _ending = [];

    /// <summary>Creates a network without nodes.</summary>
    public InProcessNetwork(InProcessOptions options) => _options = options;

    /// <summary>Creates a node's transport. It takes part from its start until it is disposed of; then another may be created for the node.</summary>
    public InProcessTransport CreateTransport(NodeId node, IMessageCodec codec) => new(this, node, codec);

    /// <summary>Breaks the connection from one node to another, and keeps it down until <see cref="Heal"/>.</summary>
    public void Cut(NodeId from, NodeId to)
    {
        lock (_gate)
        {
            _cut.Add((from, to));
            Reconcile();
        }
    }

    /// <summary>Undoes <see cref="Cut"/>.</summary>
    public void Heal(NodeId from, NodeId to)
    {
        lock (_gate)
        {
            _cut.Remove((from, to));
            Reconcile();
        }
    }

    internal void Join(InProcessTransport transport)
    {
        lock (_gate)
        {
            if (!_running.TryAdd(transport.Node, transport))
            {
                throw new InvalidOperationException($"A transport of node {transport.Node} is running in this network already.");
            }

            Reconcile();
        }
    }

    internal async Task LeaveAsync(InProcessTransport transport)
    {
        Task[] ending;
        lock (_gate)
        {
            if (_running.GetValueOrDefault(transport.Node) == transport)
            {
                _running.Remove(transport.Node);
                transport.SetLinks([]);
                Reconcile();
            }

            ending = [.. _ending.Where(pair => pair.Key.From == transport.Node || pair.Key.To == transport.Node).Select(pair => pair.Value)];
        }

        await Task.WhenAll(ending).ConfigureAwait(false);
    }

    /// <summary>Brings links up and down, as nodes, peers and cuts demand.</summary>
    internal void Reconcile()
    {
        lock (_gate)
        {
            foreach (var (pair, link) in _links)
            {
                if (!IsWanted(pair.From, pair.To))
                {
                    _links.Remove(pair);
                    _ending[pair] = link.DisposeAsync().AsTask();
                }
            }

            foreach (var transport in _running.Values)
            {
                foreach (var peer in transport.Peers)
                {
                    if (IsWanted(transport.Node, peer) && !_links.ContainsKey((transport.Node, peer)))
                    {
                        Connect(transport, _running[peer]);
                    }
                }

                transport.SetLinks(_links.Where(pair => pair.Key.From == transport.Node).ToDictionary(pair => pair.Key.To, pair => pair.Value));
            }
        }
    }

    private bool IsWanted(NodeId from, NodeId to) =>
        _running.TryGetValue(from, out var sender)
        && _running.TryGetValue(to, out var receiver)
        && sender.Peers.Contains(to)
        && receiver.Peers.Contains(from)
        && !_cut.Contains((from, to));

    private void Connect(InProcessTransport from, InProcessTransport to)
    {
        var pair = (from.Node, to.Node);
        var sent = from.Statistics.ForPeer(to.Node);
        var received = to.Statistics.ForPeer(from.Node);
        var link = new InProcessLink(from.Node, to.Node, _options, sent);
        _links.Add(pair, link);
        sent.OnConnectionOpened();
        received.OnConnectionAccepted();
        _ending.Remove(pair, out var predecessor);
        link.Start(from.Receiver!, to.Receiver!, received, predecessor ?? Task.CompletedTask);
    }
}
