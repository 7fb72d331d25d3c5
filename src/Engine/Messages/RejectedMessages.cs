namespace Consensus.Engine;

/// <summary>
/// Tells who sent what cannot be accepted: each is counted, and once a second for each peer there is an event. Whoever is no member shares the place of one
/// peer, so that many numbers take no memory and cause no flood. There is no timer: what is left out is told with the peer's next.
/// </summary>
/// <remarks>Safe to use from any number of threads.</remarks>
internal sealed class RejectedMessages(TimeProvider time, ReplicaEvents events)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, Told> _told = [];
    private long _count;

    /// <summary>How many there were.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>How many peers are remembered.</summary>
    public int Peers
    {
        get
        {
            lock (_lock)
            {
                return _told.Count;
            }
        }
    }

    /// <summary>A message, or what was to be one, is not acceptable.</summary>
    /// <param name="peer">The authenticated sender.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="membership">Who belongs to the group.</param>
    public void OnRejected(NodeId peer, string reason, ClusterMembership membership)
    {
        Interlocked.Increment(ref _count);
        lock (_lock)
        {
            if (Tell(membership.Find(peer) is null ? NodeId.None : peer, membership) is { } leftOut)
            {
                events.Publish(new MessageRejected(peer, reason, leftOut));
            }
        }
    }

    /// <returns>How many were left out before; <see langword="null"/> if this one is, too.</returns>
    private long? Tell(NodeId place, ClusterMembership membership)
    {
        var now = time.GetTimestamp();
        if (_told.TryGetValue(place, out var last) && time.GetElapsedTime(last.At, now) < Interval)
        {
            _told[place] = last with { LeftOut = last.LeftOut + 1 };
            return null;
        }

        foreach (var left in _told.Keys.Where(id => id != NodeId.None && membership.Find(id) is null).ToArray())
        {
            _told.Remove(left);
        }

        _told[place] = new Told(now, 0);
        return last.LeftOut;
    }

    private readonly record struct Told(long At, long LeftOut);
}
