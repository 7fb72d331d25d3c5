using System.Buffers;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Network;
using Consensus.Simulation.Time;

namespace Consensus.Simulation;

/// <summary>One replica that an <see cref="IAdversary"/> controls: what it may do in its name.</summary>
public sealed class CorruptReplica
{
    private readonly SimulatedNetwork _network;
    private readonly Agenda _agenda;
    private readonly IAdversary _adversary;

    internal CorruptReplica(NodeId id, SimulatedNetwork network, Agenda agenda, IAdversary adversary, IMessageCodec codec, DeterministicRandom random, SimulatedProtocolContext identity)
    {
        Id = id;
        _network = network;
        _agenda = agenda;
        _adversary = adversary;
        Codec = codec;
        Random = random;
        Identity = identity;
    }

    /// <summary>Who it is.</summary>
    public NodeId Id { get; }

    /// <summary>Signs in this replica's name; an adversary has no other key.</summary>
    public ISigner Signer => Identity.Signer;

    /// <summary>The group, its members' keys, and what checks their signatures.</summary>
    public SimulatedProtocolContext Identity { get; }

    /// <summary>The wire form of the engine's messages.</summary>
    public IMessageCodec Codec { get; }

    /// <summary>The replica's own generator.</summary>
    public DeterministicRandom Random { get; }

    /// <summary>The nodes that are up, itself among them.</summary>
    public IReadOnlyList<NodeId> Nodes => _network.Present;

    /// <summary>The others that are up.</summary>
    public IEnumerable<NodeId> Peers => Nodes.Where(node => node != Id);

    /// <summary>The virtual time since the run began.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_agenda.Now.Value);

    /// <summary>Lets a message go as it is.</summary>
    public void Pass(InterceptedMessage message) => Send(message.To, message.Frame.Span);

    /// <summary>Sends any message to any node, in this replica's name. The network treats it as any other.</summary>
    public void Send(NodeId to, ProtocolMessage message)
    {
        var frame = new ArrayBufferWriter<byte>();
        Codec.Encode(message, frame);
        Send(to, frame.WrittenSpan);
    }

    /// <summary>Sends any bytes to any node, in this replica's name. Nothing is sent while the machine is down.</summary>
    public void Send(NodeId to, ReadOnlySpan<byte> frame) => _network.Transmit(Id, to, frame);

    /// <summary>Does something after a while.</summary>
    public void Later(TimeSpan delay, Action action) => _agenda.PlanIn(delay, action);

    internal void OnSending(NodeId to, ReadOnlySpan<byte> frame) => _adversary.OnSending(this, Intercept(Id, to, frame));

    internal void OnReceiving(NodeId from, ReadOnlySpan<byte> frame)
    {
        InterceptedMessage message;
        try
        {
            message = Intercept(from, Id, frame);
        }
        catch (MessageFormatException)
        {
            // Of another corrupt replica; this one refuses it as an honest one does.
            return;
        }

        _adversary.OnReceiving(this, message);
    }

    private InterceptedMessage Intercept(NodeId from, NodeId to, ReadOnlySpan<byte> frame)
    {
        var copy = frame.ToArray();
        return new InterceptedMessage(from, to, Codec.Decode(copy), copy);
    }
}
