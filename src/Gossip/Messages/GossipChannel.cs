namespace Consensus.Gossip;

/// <summary>How a message travels.</summary>
internal enum GossipChannel
{
    /// <summary>In a datagram, at once, and perhaps never: for probes, and for news that others tell as well. It must fit (<see cref="GossipLimits.DatagramBytesMax"/>).</summary>
    Datagram,

    /// <summary>On a connection, in order: for what is large, and for exchanges that cost both sides work.</summary>
    Stream,
}
