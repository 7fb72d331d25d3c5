namespace Consensus.Simulation.Network;

/// <summary>Sees what nodes send and receive.</summary>
internal interface INetworkObserver
{
    /// <summary>A node sends a frame; what becomes of it is open.</summary>
    void OnSent(NodeId from, NodeId to, ReadOnlySpan<byte> frame);

    /// <summary>A frame arrives at a running node.</summary>
    void OnDelivered(NodeId from, NodeId to, ReadOnlySpan<byte> frame);

    /// <summary>A running node has found a frame unacceptable.</summary>
    void OnRefused(NodeId from, NodeId to);
}
