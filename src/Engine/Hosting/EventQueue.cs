namespace Consensus.Engine;

/// <summary>
/// One reader's events: at most <see cref="QueuedMax"/> wait; in place of those that were dropped beyond that stands one
/// event that gives their number. Safe to use from the lanes that publish and one reader.
/// </summary>
/// <param name="lossOf">Makes the event that stands for so many that were lost.</param>
internal sealed class EventQueue<TEvent>(Func<long, TEvent> lossOf)
    where TEvent : class
{
    public const int QueuedMax = 1024;

    private readonly Lock _lock = new();
    private readonly Queue<TEvent> _events = new();
    private TaskCompletionSource? _arrival;
    private TEvent? _last;
    private long _lost;
    private bool _isEnded;

    /// <summary>Queues an event, or counts it as lost.</summary>
    public void Offer(TEvent happening)
    {
        lock (_lock)
        {
            // A marker of a loss takes a place too, so that the event after it needs two.
            if (_events.Count + (_lost > 0 ? 2 : 1) > QueuedMax)
            {
                _lost++;
                return;
            }

            MarkLoss();
            _events.Enqueue(happening);
            Announce();
        }
    }

    /// <summary>No event follows <paramref name="last"/>.</summary>
    public void End(TEvent last)
    {
        lock (_lock)
        {
            _last = last;
            _isEnded = true;
            Announce();
        }
    }

    /// <summary>Takes the next event, waiting for it if need be.</summary>
    /// <returns>The event; <see langword="null"/> after the last one.</returns>
    public async ValueTask<TEvent?> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task arrival;
            lock (_lock)
            {
                if (TryTake() is { } happening)
                {
                    return happening;
                }

                if (_isEnded)
                {
                    return null;
                }

                _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                arrival = _arrival.Task;
            }

            await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private TEvent? TryTake()
    {
        if (_events.Count == 0)
        {
            // Nothing was queued after a loss, so the loss comes here, and the last event of all after it.
            MarkLoss();
        }

        if (_events.TryDequeue(out var happening))
        {
            return happening;
        }

        var last = _last;
        _last = null;
        return last;
    }

    private void MarkLoss()
    {
        if (_lost > 0)
        {
            _events.Enqueue(lossOf(_lost));
            _lost = 0;
        }
    }

    private void Announce()
    {
        _arrival?.TrySetResult();
        _arrival = null;
    }
}
