namespace Consensus.Swarm.Connections;

/// <summary>Takes what comes on connections.</summary>
internal interface IStreamReceiver
{
    /// <summary>A peer, which has shown who it is, has sent a message; its memory is used again afterwards.</summary>
    void OnFrame(NodeId peer, ReadOnlyMemory<byte> message);
}
