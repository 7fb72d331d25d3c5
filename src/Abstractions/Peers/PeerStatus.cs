namespace Consensus;

/// <summary>What one node knows of one of its peers at one moment. Times are those of the node's own clock.</summary>
public sealed record PeerStatus
{
    /// <summary>The peer.</summary>
    public required NodeId Id { get; init; }

    /// <summary>Where the membership says that it is, <c>host:port</c>.</summary>
    public required string Address { get; init; }

    /// <summary>Who said where it is at the last attempt to connect; <see cref="PeerSource.Unknown"/> before the first.</summary>
    public required PeerSource Source { get; init; }

    /// <summary>The connection on which this node sends. Its end point is the one in use, or the one that was tried last.</summary>
    public required PeerConnection Outgoing { get; init; }

    /// <summary>The connection on which this node receives. Its end point is the one that the peer calls, or last called, from.</summary>
    public required PeerConnection Incoming { get; init; }

    /// <summary>How many attempts to connect have failed since the node started. An attempt fails if none of the peer's end points lets the node in.</summary>
    public required long ConnectFailures { get; init; }

    /// <summary>Why the last of them failed; <see langword="null"/> if none has. It stays when a later one succeeds.</summary>
    public PeerFailure? LastFailure { get; init; }

    /// <summary>
    /// When something of the peer arrived last; <see langword="null"/> if nothing has since the node has it as a peer. Where the operating system does not tell (other than
    /// Linux), and after this side has closed the connection, it is when the peer connected last.
    /// </summary>
    public DateTimeOffset? LastHeard { get; init; }
}
