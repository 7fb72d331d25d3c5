using System.Net;

namespace Consensus.Transport;

/// <summary>What a node remembers of one peer, over all its connections. Any thread; nothing here is called for a message.</summary>
internal sealed class PeerRecord
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private PeerSource _source;
    private PeerConnection _outgoing;
    private PeerConnection _incoming;
    private PeerFailure? _failure;
    private InboundWire? _wire;
    private DateTimeOffset? _heard;

    public PeerRecord(TimeProvider time)
    {
        _time = time;
        _outgoing = _incoming = new PeerConnection(IsConnected: false, time.GetUtcNow(), EndPoint: null);
    }

    /// <summary>Somebody has said where the peer is.</summary>
    public void OnFound(PeerSource source)
    {
        lock (_gate)
        {
            _source = source;
        }
    }

    /// <summary>An end point of the peer is tried.</summary>
    public void OnTrying(EndPoint endPoint)
    {
        lock (_gate)
        {
            _outgoing = _outgoing with { EndPoint = PeerAddress.Format(endPoint) };
        }
    }

    /// <summary>An attempt to connect failed.</summary>
    public void OnConnectFailed(string reason)
    {
        lock (_gate)
        {
            _failure = new PeerFailure(reason, _time.GetUtcNow());
        }
    }

    /// <summary>The connection to the peer came up, or ended.</summary>
    public void OnOutgoingChanged(bool isConnected)
    {
        lock (_gate)
        {
            _outgoing = _outgoing with { IsConnected = isConnected, Since = _time.GetUtcNow() };
        }
    }

    /// <summary>A connection from the peer was accepted.</summary>
    public void OnAccepted(InboundWire wire)
    {
        lock (_gate)
        {
            _wire = wire;
            _heard = _time.GetUtcNow();
            _incoming = new PeerConnection(IsConnected: true, _heard.Value, $"{wire.Remote}");
        }
    }

    /// <summary>The connection from the peer ended. Before the next one is accepted.</summary>
    public void OnIncomingEnded()
    {
        lock (_gate)
        {
            _heard = LastHeard();
            _wire = null;
            _incoming = _incoming with { IsConnected = false, Since = _time.GetUtcNow() };
        }
    }

    /// <summary>What is known now.</summary>
    public PeerStatus ToStatus(Member peer, PeerStatistics statistics)
    {
        lock (_gate)
        {
            return new PeerStatus
            {
                Id = peer.Id,
                Address = peer.Address,
                Source = _source,
                Outgoing = _outgoing,
                Incoming = _incoming,
                ConnectFailures = statistics.ConnectFailures,
                LastFailure = _failure,
                LastHeard = LastHeard(),
            };
        }
    }

    private DateTimeOffset? LastHeard() => _wire?.Silence() is { } silence && _time.GetUtcNow() - silence is var heard && heard > _heard ? heard : _heard;
}
