using System.Runtime.CompilerServices;

namespace Consensus.Engine;

/// <summary>Hands events to any number of readers, each with a bounded queue of its own: a slow reader loses events, never slows the replica.</summary>
/// <param name="lossOf">Makes the event that stands for so many that a reader has lost.</param>
internal class EventHub<TEvent>(Func<long, TEvent> lossOf)
    where TEvent : class
{
    private readonly Lock _lock = new();
    private readonly List<EventQueue<TEvent>> _readers = [];
    private TEvent? _last;

    public void Publish(TEvent happening)
    {
        lock (_lock)
        {
            if (_last is null)
            {
                OnPublished(happening);
                _readers.ForEach(reader => reader.Offer(happening));
            }
        }
    }

    /// <summary>Ends all readers after what they have queued and <paramref name="last"/>, which is never lost.</summary>
    public void Close(TEvent last)
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
    public IAsyncEnumerable<TEvent> Subscribe(CancellationToken cancellationToken)
    {
        var reader = new EventQueue<TEvent>(lossOf);
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

    /// <summary>An event is published, before anybody reads it.</summary>
    protected virtual void OnPublished(TEvent happening)
    {
    }

    private async IAsyncEnumerable<TEvent> ReadAsync(EventQueue<TEvent> reader, [EnumeratorCancellation] CancellationToken cancellationToken)
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
