namespace Consensus.Gossip;

/// <summary>What a message may take on the wire.</summary>
public static class GossipLimits
{
    /// <summary>The longest message in a datagram, in bytes: with what surrounds it, it is not cut into pieces on its way over IPv6 and a tunnel.</summary>
    public const int DatagramBytesMax = 1_200;

    /// <summary>The longest message on a connection, in bytes.</summary>
    public const int StreamBytesMax = 1024 * 1024;
}
