namespace Consensus.Swarm.Datagrams;

/// <summary>Takes what comes in datagrams.</summary>
internal interface IDatagramReceiver
{
    /// <summary>A datagram came, from anybody; its memory is used again afterwards.</summary>
    void OnDatagram(ReadOnlyMemory<byte> datagram);
}
