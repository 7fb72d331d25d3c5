using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>The entries before the epoch that runs, as far as somebody may still lack them: the newest ones, up to a number of bytes.</summary>
internal sealed class PastEntries
{
    /// <summary>How many bytes of entries are kept for others.</summary>
    public const long BytesMax = 32 * 1024 * 1024;

    private readonly Queue<LogEntry> _entries = new();
    private long _bytes;

    /// <summary>The entry that follows the last one.</summary>
    public LogIndex End => _entries.Count == 0 ? LogIndex.Zero : First + (ulong)_entries.Count;

    private LogIndex First => _entries.Peek().Index;

    /// <summary>Keeps an entry that follows the last one. Where there is a gap, what lies before it is forgotten.</summary>
    public void Add(in LogEntry entry)
    {
        if (_entries.Count > 0 && entry.Index != End)
        {
            _entries.Clear();
            _bytes = 0;
        }

        _entries.Enqueue(entry);
        _bytes += EntryLog.BytesOf(entry);
        while (_bytes > BytesMax)
        {
            _bytes -= EntryLog.BytesOf(_entries.Dequeue());
        }
    }

    /// <summary>Whether an entry is among them.</summary>
    public bool Has(LogPosition position) => _entries.Count > 0 && position.Index >= First && position.Index < End && _entries.ElementAt((int)(position.Index - First)).Chain == position.Chain;

    /// <summary>One entry; nothing, if it is not here.</summary>
    public LogEntry? Find(LogIndex index) => _entries.Count > 0 && index >= First && index < End ? _entries.ElementAt((int)(index - First)) : null;

    /// <summary>Consecutive entries: the first one, and further ones up to a number of bytes. None, if the first one is not here.</summary>
    public LogEntry[] Read(LogIndex first, LogIndex last, int bytesMax)
    {
        if (_entries.Count == 0 || first < First || first >= End)
        {
            return [];
        }

        var bytes = 0L;
        return [.. _entries.Skip((int)(first - First)).TakeWhile((entry, place) => entry.Index <= last && ((bytes += EntryLog.BytesOf(entry)) <= bytesMax || place == 0))];
    }
}
