namespace Consensus.Transport;

/// <summary>
/// The incoming connections whose greeting is not complete: a bounded number. Whoever opens many and says nothing loses the oldest of
/// them, so an honest peer, whose greeting takes one round trip, still gets in.
/// </summary>
internal sealed class PendingHandshakes
{
    private readonly Lock _gate = new();
    private readonly List<InboundConnection> _oldestFirst = [];
    private readonly int _countMax;

    public PendingHandshakes(int countMax) => _countMax = countMax;

    /// <summary>Adds a connection.</summary>
    /// <returns>The one that has to go for it, if there is one.</returns>
    public InboundConnection? Add(InboundConnection connection)
    {
        lock (_gate)
        {
            InboundConnection? evicted = null;
            if (_oldestFirst.Count == _countMax)
            {
                evicted = _oldestFirst[0];
                _oldestFirst.RemoveAt(0);
            }

            _oldestFirst.Add(connection);
            return evicted;
        }
    }

    /// <summary>Takes a connection out, if it is still there.</summary>
    public void Remove(InboundConnection connection)
    {
        lock (_gate)
        {
            _oldestFirst.Remove(connection);
        }
    }
}
