using System.Buffers;
using Consensus.Engine;

namespace Consensus.Transport;

/// <summary>
/// One node's end of an <see cref="InProcessNetwork"/>. Messages cross as encoded bytes, so that no two nodes ever share an object.
/// </summary>
public sealed class InProcessTransport : ITransport
{
    private readonly InProcessNetwork _network;
    private readonly IMessageCodec _codec;
    private readonly ArrayBufferWriter<byte> _encoded = new();
    private readonly List<InProcessLink> _awaitingFlush = [];
    private volatile Dictionary<NodeId, InProcessLink> _links = [];
    private volatile HashSet<NodeId> _peers = [];

    internal InProcessTransport(InProcessNetwork network, NodeId node, IMessageCodec codec)
    {
        _network = network;
        Node = node;
        _codec = codec;
    }

    /// <summary>The node whose end this is.</summary>
    public NodeId Node { get; }

    /// <summary>What was counted since the transport was created.</summary>
    public TransportStatistics Statistics { get; } = new();

    internal ITransportReceiver? Receiver { get; private set; }

    internal IReadOnlySet<NodeId> Peers => _peers;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It was started before, or another transport of this node is running.</exception>
    public ValueTask StartAsync(ITransportReceiver receiver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        cancellationToken.ThrowIfCancellationRequested();
        if (Receiver is not null)
        {
            throw new InvalidOperationException("The transport was started already.");
        }

        Receiver = receiver;
        _network.Join(this);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>Addresses mean nothing here: a peer is found by its number. This node itself may be among them, and is left out.</remarks>
    public void SetPeers(IReadOnlyList<Member> peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        _peers = peers.Select(peer => peer.Id).Where(id => id != Node).ToHashSet();
        _network.Reconcile();
    }

    /// <inheritdoc/>
    public bool Send(NodeId to, ProtocolMessage message)
    {
        if (!_links.TryGetValue(to, out var link))
        {
            if (_peers.Contains(to))
            {
                Statistics.ForPeer(to).OnDroppedNotConnected();
            }
            else
            {
                Statistics.OnDroppedUnknownPeer();
            }

            return false;
        }

        _encoded.ResetWrittenCount();
        _codec.Encode(message, _encoded);
        switch (link.Append(_encoded.WrittenSpan))
        {
            case EnqueueResult.Queued:
                _awaitingFlush.Add(link);
                return true;
            case EnqueueResult.QueueFull:
                Statistics.ForPeer(to).OnDroppedQueueFull();
                return false;
            case EnqueueResult.FrameTooLong:
                Statistics.ForPeer(to).OnDroppedTooLong();
                return false;
        }

        throw new InvalidOperationException("The link gave an answer that this switch does not know.");
    }

    /// <inheritdoc/>
    public void Flush()
    {
        foreach (var link in _awaitingFlush)
        {
            link.Flush();
        }

        _awaitingFlush.Clear();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(_network.LeaveAsync(this));

    internal void SetLinks(Dictionary<NodeId, InProcessLink> links) => _links = links;
}
