using System.Diagnostics.CodeAnalysis;

namespace Consensus.Engine;

/// <summary>
/// Readers in the order of the entries that they wait for. Those that have ended are dropped now and then, so there are never more than
/// twice as many as wait, or a few: an entry that is never applied keeps nobody.
/// </summary>
internal sealed class WaitingReaders
{
    /// <summary>How many are kept before anybody looks who has ended.</summary>
    public const int SweepFrom = 64;

    private readonly PriorityQueue<IStateReader, ulong> _queue = new();
    private int _sweepAt = SweepFrom;

    public int Count => _queue.Count;

    public void Add(IStateReader reader, LogIndex index)
    {
        if (_queue.Count >= _sweepAt)
        {
            Sweep();
        }

        _queue.Enqueue(reader, index.Value);
    }

    /// <summary>Takes the next reader whose entry is applied.</summary>
    /// <param name="upTo">The last applied entry; <see langword="null"/> takes readers of any.</param>
    /// <param name="reader">The reader.</param>
    public bool TryTake(LogIndex? upTo, [NotNullWhen(true)] out IStateReader? reader)
    {
        if (!_queue.TryPeek(out reader, out var index) || index > (upTo?.Value ?? ulong.MaxValue))
        {
            reader = null;
            return false;
        }

        _queue.Dequeue();
        return true;
    }

    private void Sweep()
    {
        (IStateReader, ulong)[] waiting = [.. _queue.UnorderedItems.Where(static item => !item.Element.HasEnded)];
        _queue.Clear();
        _queue.EnqueueRange(waiting);
        _sweepAt = Math.Max(SweepFrom, 2 * waiting.Length);
    }
}
