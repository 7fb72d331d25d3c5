namespace Consensus.Transport;

/// <summary>The connection on which each peer sends: at most one, so that a receiver gets one frame of a peer at a time.</summary>
internal sealed class InboundConnections
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeId, InboundConnection> _current = [];

    /// <summary>
    /// Puts a connection in the place of the peer's earlier one. The peer dials anew only when it has given up the old one, so the old one
    /// is dead, and this side has not noticed yet.
    /// </summary>
    /// <returns>Whether the earlier one ended before <paramref name="cancellationToken"/> was cancelled.</returns>
    public bool TryTakeOver(NodeId peer, InboundConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            InboundConnection? earlier;
            lock (_gate)
            {
                if (_current.TryAdd(peer, connection))
                {
                    return true;
                }

                earlier = _current[peer];
            }

            earlier.Abort();
            if (!earlier.WaitForEnd(cancellationToken))
            {
                return false;
            }
        }
    }

    /// <summary>Takes a connection out, if it is the peer's current one.</summary>
    public void Remove(NodeId peer, InboundConnection connection)
    {
        lock (_gate)
        {
            if (_current.TryGetValue(peer, out var current) && current == connection)
            {
                _current.Remove(peer);
            }
        }
    }

    /// <summary>Ends the connection of a peer, if there is one.</summary>
    public void Abort(NodeId peer)
    {
        InboundConnection? connection;
        lock (_gate)
        {
            connection = _current.GetValueOrDefault(peer);
        }

        connection?.Abort();
    }
}
