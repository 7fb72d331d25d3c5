namespace Consensus.Client.Nodes;

/// <summary>
/// Chooses the node that is asked next. One is preferred: the leader, if it is known, else the last one that answered. A node that failed
/// rests, longer with each failure, or as long as it wishes, and the next one in the ring is asked.
/// </summary>
/// <remarks>Safe to use from any number of threads.</remarks>
internal sealed class NodeRing
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _backoffMin;
    private readonly TimeSpan _backoffMax;
    private int _preferred;

    public NodeRing(ConsensusClientOptions options, TimeProvider time)
    {
        (_time, _backoffMin, _backoffMax) = (time, options.BackoffMin, options.BackoffMax);
        Nodes = [.. options.Endpoints.Select((endpoint, position) => new NodeEndpoint(NodeEndpoint.AddressOf(endpoint), position))];
    }

    /// <summary>All nodes.</summary>
    public IReadOnlyList<NodeEndpoint> Nodes { get; }

    /// <summary>The node to ask, and how long to wait before.</summary>
    /// <param name="opensSession">
    /// Whether it is to open a session: then, of the nodes that do not rest, one of those that have opened the fewest in vain. To prefer the leader would not do: a liar that leads, or says so, would open one useless session after the other.
    /// </param>
    public (NodeEndpoint Node, TimeSpan Wait) Next(bool opensSession = false)
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var (best, wait) = (Nodes[_preferred], RestOf(Nodes[_preferred], now));
            for (var i = 1; i < Nodes.Count; i++)
            {
                var node = Nodes[(_preferred + i) % Nodes.Count];
                var rest = RestOf(node, now);
                if (rest < wait || (opensSession && rest == wait && node.SessionsInVain < best.SessionsInVain))
                {
                    (best, wait) = (node, rest);
                }
            }

            return (best, wait);
        }
    }

    /// <summary>The node has opened a session that turned out to be of no use.</summary>
    public void OpenedInVain(NodeEndpoint node)
    {
        lock (_lock)
        {
            node.SessionsInVain++;
        }
    }

    /// <summary>The node answered, and can answer the next one too.</summary>
    public void Succeeded(NodeEndpoint node)
    {
        lock (_lock)
        {
            (node.Failures, node.RestsUntil) = (0, null);
        }
    }

    /// <summary>The node did not answer, or asked for time.</summary>
    /// <param name="node">The node.</param>
    /// <param name="retryAfter">How long it wants to be left alone; zero if it said nothing.</param>
    public void Failed(NodeEndpoint node, TimeSpan retryAfter)
    {
        lock (_lock)
        {
            var backoff = BackoffAfter(node.Failures);
            node.Failures++;
            var rest = retryAfter > backoff ? retryAfter : backoff;
            node.RestsUntil = _time.GetTimestamp() + (long)(rest.TotalSeconds * _time.TimestampFrequency) + 1;
            if (_preferred == node.Position)
            {
                _preferred = (_preferred + 1) % Nodes.Count;
            }
        }
    }

    /// <summary>Notes what a node says about itself and its leader, which is preferred from now on if it is in the ring.</summary>
    /// <returns>Whether it is.</returns>
    public bool Learn(NodeEndpoint from, NodeId node, NodeId leader)
    {
        lock (_lock)
        {
            from.Node = node;
            return PreferUnderLock(leader);
        }
    }

    /// <summary>Prefers a node from now on, if it is in the ring.</summary>
    /// <returns>Whether it is.</returns>
    public bool Prefer(NodeId node)
    {
        lock (_lock)
        {
            return PreferUnderLock(node);
        }
    }

    private TimeSpan RestOf(NodeEndpoint node, long now) => node.RestsUntil is { } until && until > now ? _time.GetElapsedTime(now, until) : TimeSpan.Zero;

    private bool PreferUnderLock(NodeId wanted)
    {
        foreach (var node in Nodes)
        {
            if (wanted != NodeId.None && node.Node == wanted)
            {
                _preferred = node.Position;
                return true;
            }
        }

        return false;
    }

    /// <summary>Half of it is left to chance, so that many clients do not come back at the same moment.</summary>
    private TimeSpan BackoffAfter(int failures)
    {
        var backoff = _backoffMin * Math.Pow(2, Math.Min(failures, 30));
        return (backoff < _backoffMax ? backoff : _backoffMax) * (1 - (Random.Shared.NextDouble() / 2));
    }
}
