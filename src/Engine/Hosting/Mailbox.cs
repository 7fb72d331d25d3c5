using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Consensus.Engine;

/// <summary>
/// A queue with many writers and one reader that sleeps while it is empty. A writer wakes the reader only if it sleeps, so a busy reader
/// costs its writers no system call. After <see cref="Close"/> nothing that is posted is lost either: it goes to whoever turns it away.
/// </summary>
/// <remarks>
/// An event of the operating system and not a <see cref="SemaphoreSlim"/>, which yields its processor over and over before it sleeps: a
/// replica has several such readers, and on a busy machine a quarter of its processor time went there.
/// </remarks>
/// <typeparam name="T">What is queued.</typeparam>
/// <param name="turnAway">Takes what nobody will read any more; called by any thread.</param>
internal sealed class Mailbox<T>(Action<T> turnAway) : IDisposable
{
    private readonly ConcurrentQueue<T> _items = new();
    private readonly AutoResetEvent _wake = new(false);
    private int _isSleeping;
    private int _isWakeRequested;
    private int _isClosed;

    public void Post(T item)
    {
        _items.Enqueue(item);

        // The exchange is a full fence: either this sees the reader asleep, or the reader sees the item. The same with closing.
        WakeIfAsleep();
        if (Volatile.Read(ref _isClosed) != 0)
        {
            TurnAwayAll();
        }
    }

    /// <summary>Ends the reader's sleep, or keeps it from the next one.</summary>
    public void Wake()
    {
        Interlocked.Exchange(ref _isWakeRequested, 1);
        WakeIfAsleep();
    }

    public bool TryTake([MaybeNullWhen(false)] out T item) => _items.TryDequeue(out item);

    /// <summary>Sleeps until something is posted or <paramref name="limit"/> has passed. Only the reader's own thread calls it.</summary>
    public void Wait(TimeSpan limit)
    {
        Interlocked.Exchange(ref _isSleeping, 1);
        if (!_items.IsEmpty || Interlocked.Exchange(ref _isWakeRequested, 0) == 1)
        {
            StopSleeping();
            return;
        }

        if (!_wake.WaitOne(limit))
        {
            StopSleeping();
        }
    }

    /// <summary>The reader has ended: turns away what is left, and all that is posted from now on.</summary>
    public void Close()
    {
        Interlocked.Exchange(ref _isClosed, 1);
        TurnAwayAll();
    }

    /// <summary>Closes. Called when the reader's thread has ended, so that nobody sleeps.</summary>
    public void Dispose()
    {
        Close();
        _wake.Dispose();
    }

    private void WakeIfAsleep()
    {
        if (Interlocked.Exchange(ref _isSleeping, 0) == 1)
        {
            _wake.Set();
        }
    }

    private void TurnAwayAll()
    {
        while (_items.TryDequeue(out var item))
        {
            turnAway(item);
        }
    }

    private void StopSleeping()
    {
        if (Interlocked.Exchange(ref _isSleeping, 0) == 0)
        {
            // A writer has taken it upon itself to wake this reader: its signal is on the way and must not be left for the next sleep.
            _wake.WaitOne();
        }
    }
}
