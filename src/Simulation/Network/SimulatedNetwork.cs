using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Network;

/// <summary>
/// The network between the nodes of one run: a link for each direction between two nodes. A connection exists while both nodes run, and
/// breaks when one stops; a cut or clogged link breaks none, as on a real network.
/// </summary>
internal sealed class SimulatedNetwork
{
    private static readonly TimeSpan ConnectTimeMax = TimeSpan.FromMilliseconds(20);

    private readonly Agenda _agenda;
    private readonly DeterministicRandom _random;
    private readonly INetworkObserver _observer;
    private readonly NodeTable<SimulatedTransport> _ends = new();
    private readonly NodeTable<TwinEnd> _twins = new();
    private readonly NodeTable<CorruptReplica> _corrupt = new();
    private readonly NodeTable<NodeTable<SimulatedLink>> _links = new();

    public SimulatedNetwork(Agenda agenda, DeterministicRandom random, INetworkObserver observer)
    {
        _agenda = agenda;
        _random = random;
        _observer = observer;
    }

    /// <summary>The nodes that are up.</summary>
    public IReadOnlyList<NodeId> Present => [.. _ends.Select(end => end.Node)];

    /// <summary>How well links carry; may be changed at any time.</summary>
    public LinkQuality Quality { get; set; } = new();

    /// <summary>
    /// Whether everybody has been told where a node is, whatever is in its own log: one that joins has no members in its log, and one that was
    /// away while the members were exchanged has none that are left. In production these are the contacts in a replica's settings.
    /// </summary>
    public Func<NodeId, bool> IsContact { get; set; } = static _ => false;

    /// <summary>What became of the frames so far.</summary>
    public NetworkTally Tally { get; } = new();

    /// <summary>The links that exist.</summary>
    public IEnumerable<SimulatedLink> Links => _links.SelectMany(links => links);

    public SimulatedLink Link(NodeId from, NodeId to)
    {
        var links = _links[from] ??= new NodeTable<SimulatedLink>();
        return links[to] ??= new SimulatedLink(this, _agenda, _random, from, to);
    }

    /// <summary>Holds some links up until the returned cause ends, or they are healed.</summary>
    public Disruption Disrupt(LinkState effect, IEnumerable<(NodeId From, NodeId To)> links) =>
        new(effect, [.. links.Select(link => Link(link.From, link.To))]);

    /// <summary>Cuts all links of a node.</summary>
    public void Isolate(NodeId node, IEnumerable<NodeId> others) =>
        Disrupt(LinkState.Cut, others.Where(other => other != node).SelectMany(other => new[] { (node, other), (other, node) }));

    /// <summary>A node has come up.</summary>
    public void Join(SimulatedTransport end)
    {
        if (end.IsTwin)
        {
            _twins[end.Node]!.End = end;
        }
        else
        {
            _ends[end.Node] = end;
        }

        foreach (var other in _ends.Where(other => other.Node != end.Node))
        {
            AnnounceLater(end, other, isConnected: true);
            AnnounceLater(other, end, isConnected: true);
        }
    }

    /// <summary>A node has learned of a peer.</summary>
    public void Connect(SimulatedTransport end, NodeId peer)
    {
        if (peer != end.Node && _ends[peer] is { } other)
        {
            AnnounceLater(end, other, isConnected: true);
        }
    }

    /// <summary>A node has gone, with everything that was under way to it and from it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="isTwin">Whether it is the second replica of its identity.</param>
    public void Leave(NodeId node, bool isTwin = false)
    {
        if (isTwin)
        {
            _twins[node]!.End = null;
        }
        else if (_ends[node] is { } end)
        {
            _ends[node] = null;
            foreach (var link in Links.Where(link => link.From == node || link.To == node))
            {
                link.Reset();
            }

            foreach (var other in _ends)
            {
                AnnounceLater(other, end, isConnected: false);
            }
        }
    }

    /// <summary>From now on a second replica of an identity, which is yet to come up, speaks to a part of the others in place of the first.</summary>
    public void Split(NodeId node, IReadOnlyCollection<NodeId> part) => _twins[node] = new TwinEnd(part);

    /// <summary>Lets an adversary decide what a node sends.</summary>
    public void Corrupt(CorruptReplica replica) => _corrupt[replica.Id] = replica;

    /// <summary>Whether an adversary decides what a node sends.</summary>
    public bool IsCorrupt(NodeId node) => _corrupt[node] is not null;

    /// <summary>A replica sends a frame.</summary>
    /// <returns>Whether there was room for it.</returns>
    public bool Send(SimulatedTransport end, NodeId to, ReadOnlySpan<byte> frame)
    {
        var from = end.Node;
        if (_twins[from] is { } twin && twin.Part.Contains(to) != end.IsTwin)
        {
            // The other replica of the identity speaks to that one.
            return true;
        }

        if (_corrupt[from] is { } replica)
        {
            replica.OnSending(to, frame);
            return true;
        }

        return Transmit(from, to, frame);
    }

    /// <summary>Puts a frame on the link between two nodes, if both are up.</summary>
    /// <returns>Whether there was room for it.</returns>
    public bool Transmit(NodeId from, NodeId to, ReadOnlySpan<byte> frame)
    {
        if (_ends[from] is null)
        {
            return false;
        }

        Tally.BytesMax = Math.Max(Tally.BytesMax, frame.Length);
        _observer.OnSent(from, to, frame);
        return EndOf(to, from) is not null && Link(from, to).Carry(frame);
    }

    public ValueTask<bool> Deliver(SimulatedLink link, FrameBuffer frame)
    {
        if (EndOf(link.To, link.From) is not { } end || !end.Knows(link.From))
        {
            frame.Dispose();
            return ValueTask.FromResult(false);
        }

        if (_corrupt[link.To] is { } replica)
        {
            replica.OnReceiving(link.From, frame.Memory.Span);
        }

        _observer.OnDelivered(link.From, link.To, frame.Memory.Span);
        var taken = end.Receiver.OnFrameAsync(link.From, frame, CancellationToken.None);
        if (taken is { IsCompletedSuccessfully: true, Result: false })
        {
            _observer.OnRefused(link.From, link.To);
        }

        return taken;
    }

    /// <summary>The end of a node that a peer is connected to.</summary>
    private SimulatedTransport? EndOf(NodeId node, NodeId peer) => _twins[node] is { } twin && twin.Part.Contains(peer) ? twin.End : _ends[node];

    private bool IsPresent(SimulatedTransport end) => (end.IsTwin ? _twins[end.Node]?.End : _ends[end.Node]) == end;

    private void AnnounceLater(SimulatedTransport end, SimulatedTransport peer, bool isConnected) =>
        _agenda.PlanIn(_random.NextBetween(TimeSpan.Zero, ConnectTimeMax), () =>
        {
            var isUp = IsPresent(peer);
            if (IsPresent(end) && isUp == isConnected && end.Knows(peer.Node))
            {
                end.Receiver.OnConnectionChanged(peer.Node, isConnected);
            }
        });

    /// <summary>The second replica of an identity.</summary>
    private sealed class TwinEnd(IReadOnlyCollection<NodeId> part)
    {
        /// <summary>Those that it speaks to in place of the first.</summary>
        public IReadOnlyCollection<NodeId> Part { get; } = part;

        /// <summary>It, while it is up.</summary>
        public SimulatedTransport? End { get; set; }
    }
}
