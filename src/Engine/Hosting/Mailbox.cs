using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Consensus.Engine;

/// <summary>
/// A queue with many writers and one reader that sleeps while it is empty. A writer wakes the reader only if it sleeps, so a busy reader
/// costs its writers no system call.
/// </summary>
/// <typeparam name="T">What is queued.</typeparam>
internal sealed class Mailbox<T> : IDisposable
{
    private readonly ConcurrentQueue<T> _items = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private int _isSleeping;

    public void Post(T item)
    {
        _items.Enqueue(item);
        Wake();
    }

    /// <summary>Ends the reader's sleep, or keeps it from the next one.</summary>
    public void Wake()
    {
        // The exchange is a full fence: either this sees the reader asleep, or the reader sees the item.
        if (Interlocked.Exchange(ref _isSleeping, 0) == 1)
        {
            _wake.Release();
        }
    }

    public bool TryTake([MaybeNullWhen(false)] out T item) => _items.TryDequeue(out item);

    /// <summary>Sleeps until something is posted or <paramref name="limit"/> has passed. Only the reader's own thread calls it.</summary>
    public void Wait(TimeSpan limit)
    {
        Interlocked.Exchange(ref _isSleeping, 1);
        if (!_items.IsEmpty)
        {
            StopSleeping();
            return;
        }

        if (!_wake.Wait(limit))
        {
            StopSleeping();
        }
    }

    public void Dispose() => _wake.Dispose();

    private void StopSleeping()
    {
        if (Interlocked.Exchange(ref _isSleeping, 0) == 0)
        {
            // A writer has taken it upon itself to wake this reader: its signal is on the way and must not be left for the next sleep.
            _wake.Wait();
        }
    }
}
