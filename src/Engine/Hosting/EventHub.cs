using System.Runtime.CompilerServices;

namespace Consensus.Engine;

/// <summary>Hands events to any number of readers, each with a bounded queue of its own: a slow reader loses events, never slows the replica.</summary>
internal sealed class EventHub
{
    private readonly Lock _lock = new();
    private readonly List<EventQueue> _readers = [];
    private ConsensusEvent? _last;

    /// <summary>How often each of them was published.</summary>
    public EventCounts Counts { get; } = new();

    public void Publish(ConsensusEvent happening)
    {
        lock (_lock)
        {
            if (_last is null)
            {
                Counts.Count(happening);
                _readers.ForEach(reader => reader.Offer(happening));
            }
        }
    }

    /// <summary>Ends all readers after what they have queued and <paramref name="last"/>, which is never lost.</summary>
    public void Close(ConsensusEvent last)
    {
        lock (_lock)
        {
            if (_last is null)
            {
                _last = last;
                _readers.ForEach(reader => reader.End(last));
            }
        }
    }

    /// <summary>Subscribes at once, and reads until cancelled or closed.</summary>
    public IAsyncEnumerable<ConsensusEvent> Subscribe(CancellationToken cancellationToken)
    {
        var reader = new EventQueue();
        lock (_lock)
        {
            if (_last is null)
            {
                _readers.Add(reader);
            }
            else
            {
                reader.End(_last);
            }
        }

        return ReadAsync(reader, cancellationToken);
    }

    private async IAsyncEnumerable<ConsensusEvent> ReadAsync(EventQueue reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.TakeAsync(cancellationToken).ConfigureAwait(false) is { } happening)
            {
                yield return happening;
            }
        }
        finally
        {
            lock (_lock)
            {
                _readers.Remove(reader);
            }
        }
    }
}
