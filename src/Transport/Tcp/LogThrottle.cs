using System.Collections.Concurrent;

namespace Consensus.Transport;

/// <summary>Lets one message a minute through for each peer, so that failing attempts do not fill the log.</summary>
/// <remarks>Strangers share <see cref="NodeId.None"/>, or whoever makes up numbers would fill the memory instead.</remarks>
internal sealed class LogThrottle
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<NodeId, long> _last = new();
    private readonly TimeProvider _timeProvider;

    public LogThrottle(TimeProvider timeProvider) => _timeProvider = timeProvider;

    /// <summary>Whether it is time for a message about <paramref name="peer"/>; counts as that message.</summary>
    public bool TryPass(NodeId peer)
    {
        var now = _timeProvider.GetTimestamp();
        return _last.TryGetValue(peer, out var last)
            ? _timeProvider.GetElapsedTime(last, now) >= Interval && _last.TryUpdate(peer, now, last)
            : _last.TryAdd(peer, now);
    }
}
