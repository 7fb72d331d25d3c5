using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Consensus.Engine;

/// <summary>
/// What waits for a lane: a queue with many writers and one reader. After <see cref="Close"/> nothing that is posted is lost either: it goes
/// to whoever turns it away.
/// </summary>
/// <typeparam name="T">What is queued.</typeparam>
/// <param name="lane">The reader; woken by each item.</param>
/// <param name="turnAway">Takes what nobody will read any more; called by any thread.</param>
internal sealed class Mailbox<T>(ILane lane, Action<T> turnAway)
{
    private readonly ConcurrentQueue<T> _items = new();
    private int _isClosed;

    public bool IsEmpty => _items.IsEmpty;

    public int Count => _items.Count;

    public void Post(T item)
    {
        _items.Enqueue(item);
        lane.Wake();
        TurnAwayIfClosed();
    }

    /// <summary>Posts, and takes the lane's turn if the lane is at rest: see <see cref="ILane.Visit"/>.</summary>
    public void PostAndVisit(T item)
    {
        _items.Enqueue(item);
        lane.Visit();
        TurnAwayIfClosed();
    }

    public bool TryTake([MaybeNullWhen(false)] out T item) => _items.TryDequeue(out item);

    /// <summary>The reader has ended: turns away what is left, and all that is posted from now on.</summary>
    public void Close()
    {
        Interlocked.Exchange(ref _isClosed, 1);
        TurnAwayAll();
    }

    private void TurnAwayIfClosed()
    {
        // Between the item and the look at the closing: either this sees that it is closed, or who closes sees the item.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isClosed) != 0)
        {
            TurnAwayAll();
        }
    }

    private void TurnAwayAll()
    {
        while (_items.TryDequeue(out var item))
        {
            turnAway(item);
        }
    }
}
