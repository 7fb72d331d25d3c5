namespace Consensus.Swarm;

/// <summary>What a node of a swarm counts, from its start.</summary>
public enum SwarmCount
{
    /// <summary>Datagrams that were sent.</summary>
    DatagramsSent,

    /// <summary>Their bytes, without the network's own.</summary>
    DatagramBytesSent,

    /// <summary>Datagrams that could not be sent: nobody knows where the peer is, or the system took none.</summary>
    DatagramsUnsent,

    /// <summary>Datagrams that came, of whatever kind.</summary>
    DatagramsReceived,

    /// <summary>Their bytes.</summary>
    DatagramBytesReceived,

    /// <summary>Datagrams that were none of a swarm's, or cut off.</summary>
    DatagramsForeign,

    /// <summary>Datagrams of other swarms.</summary>
    DatagramsOfOthers,

    /// <summary>Datagrams of somebody who does not have the swarm's key, or damaged ones.</summary>
    DatagramsForged,

    /// <summary>Genuine datagrams and frames that are no message.</summary>
    Malformed,

    /// <summary>Frames that were written to connections.</summary>
    FramesSent,

    /// <summary>Their bytes.</summary>
    FrameBytesSent,

    /// <summary>Frames for which there was no room, or no connection.</summary>
    FramesUnsent,

    /// <summary>Frames that came.</summary>
    FramesReceived,

    /// <summary>Their bytes.</summary>
    FrameBytesReceived,

    /// <summary>Connections that this node dialled, and that the other end took.</summary>
    Dialled,

    /// <summary>Connections that others dialled, and that this node took.</summary>
    Accepted,

    /// <summary>Connections that were refused: too many, too slow, no member, the wrong one.</summary>
    ConnectionsRefused,

    /// <summary>Messages that no honest peer sends.</summary>
    Rejections,

    /// <summary>Rumours that this node told.</summary>
    Broadcasts,

    /// <summary>Rumours that came, each once.</summary>
    Deliveries,

    /// <summary>Those of them that were missed, and found when this node compared what it had heard with others.</summary>
    Repaired,

    /// <summary>Rumours of kinds that nobody here handles.</summary>
    Unhandled,

    /// <summary>Rumours that a handler lost because its queue was full.</summary>
    HandlerOverflows,

    /// <summary>Rumours that a handler failed on.</summary>
    HandlerFailures,
}
