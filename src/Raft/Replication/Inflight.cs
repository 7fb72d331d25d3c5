namespace Consensus.Raft.Replication;

/// <summary>The messages with entries that a peer has not acknowledged: a window in messages and bytes (flow control).</summary>
internal sealed class Inflight(int messagesMax, long bytesMax)
{
    private readonly Queue<(LogIndex Last, long Bytes)> _window = new();
    private long _bytes;

    public bool IsFull => _window.Count >= messagesMax || _bytes >= bytesMax;

    public int Count => _window.Count;

    public long Bytes => _bytes;

    /// <summary>A message was sent whose last entry is <paramref name="last"/>.</summary>
    public void Add(LogIndex last, long bytes)
    {
        _window.Enqueue((last, bytes));
        _bytes += bytes;
    }

    /// <summary>The peer has everything up to <paramref name="match"/>.</summary>
    public void FreeUpTo(LogIndex match)
    {
        while (_window.TryPeek(out var oldest) && oldest.Last <= match)
        {
            _bytes -= _window.Dequeue().Bytes;
        }
    }

    /// <summary>The peer answers although nothing in the window was acknowledged: the oldest message may be lost.</summary>
    public void FreeOldest()
    {
        if (_window.TryDequeue(out var oldest))
        {
            _bytes -= oldest.Bytes;
        }
    }

    public void Clear()
    {
        _window.Clear();
        _bytes = 0;
    }
}
