using System.Collections.Concurrent;

namespace Consensus.Transport;

/// <summary>What a transport counts. Safe to read from any thread, at any time.</summary>
/// <remarks>Peers that were removed keep their counters, so sums never fall; node numbers are not used twice, so there are few of them.</remarks>
public sealed class TransportStatistics
{
    private readonly ConcurrentDictionary<NodeId, PeerStatistics> _peers = new();
    private readonly long[] _refused = new long[Enum.GetValues<HandshakeRefusal>().Length];
    private long _droppedUnknownPeer;
    private long _acceptFailures;

    internal TransportStatistics()
    {
    }

    /// <summary>The counters of each peer there ever was.</summary>
    public IReadOnlyDictionary<NodeId, PeerStatistics> Peers => _peers;

    /// <summary>Messages dropped because they were for somebody who is not a peer.</summary>
    public long DroppedUnknownPeer => Volatile.Read(ref _droppedUnknownPeer);

    /// <summary>Times that the operating system could not accept a connection.</summary>
    public long AcceptFailures => Volatile.Read(ref _acceptFailures);

    /// <summary>How many incoming connections were turned away for <paramref name="reason"/>.</summary>
    public long Refused(HandshakeRefusal reason) => Volatile.Read(ref _refused[(int)reason]);

    internal PeerStatistics ForPeer(NodeId peer) => _peers.GetOrAdd(peer, static _ => new PeerStatistics());

    internal void OnRefused(HandshakeRefusal reason) => Interlocked.Increment(ref _refused[(int)reason]);

    internal void OnDroppedUnknownPeer() => Interlocked.Increment(ref _droppedUnknownPeer);

    internal void OnAcceptFailed() => Interlocked.Increment(ref _acceptFailures);
}
