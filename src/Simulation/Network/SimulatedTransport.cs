using System.Buffers;
using Consensus.Engine;

namespace Consensus.Simulation.Network;

/// <summary>One life of a node on the simulated network. Messages cross as encoded bytes, as on any other transport.</summary>
internal sealed class SimulatedTransport : ITransport
{
    private readonly SimulatedNetwork _network;
    private readonly IMessageCodec _codec;
    private readonly Action<NodeId, ProtocolMessage> _onSend;
    private readonly ArrayBufferWriter<byte> _encoded = new();
    private readonly HashSet<NodeId> _peers = [];
    private ITransportReceiver? _receiver;

    /// <param name="network">Where it is.</param>
    /// <param name="node">Whose end this is.</param>
    /// <param name="codec">The engine's codec.</param>
    /// <param name="onSend">Called before each message leaves; a node counts them, and crashes at one.</param>
    public SimulatedTransport(SimulatedNetwork network, NodeId node, IMessageCodec codec, Action<NodeId, ProtocolMessage> onSend)
    {
        _network = network;
        _codec = codec;
        _onSend = onSend;
        Node = node;
    }

    public NodeId Node { get; }

    /// <summary>Whether this is the end of the second replica of an identity.</summary>
    public bool IsTwin { get; init; }

    public ITransportReceiver Receiver => _receiver ?? throw new InvalidOperationException("The transport was not started.");

    /// <summary>Whether this node takes frames from a node.</summary>
    public bool Knows(NodeId peer) => _peers.Contains(peer) || _network.IsContact(peer);

    /// <inheritdoc/>
    public ValueTask StartAsync(ITransportReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        _network.Join(this);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void SetPeers(IReadOnlyList<Member> peers)
    {
        var before = _peers.ToHashSet();
        _peers.Clear();
        foreach (var peer in peers)
        {
            _peers.Add(peer.Id);
            if (!before.Contains(peer.Id))
            {
                _network.Connect(this, peer.Id);
            }
        }
    }

    /// <inheritdoc/>
    public bool Send(NodeId to, ProtocolMessage message)
    {
        _onSend(to, message);
        if (!Knows(to))
        {
            return false;
        }

        _encoded.ResetWrittenCount();
        _codec.Encode(message, _encoded);
        return _network.Send(this, to, _encoded.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        // Frames are on their way already.
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _network.Leave(Node, IsTwin);
        return ValueTask.CompletedTask;
    }
}
