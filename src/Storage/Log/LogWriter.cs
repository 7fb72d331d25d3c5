using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage.Log;

/// <summary>The log's thread's side: writes batches, goes on to the next segment, deletes old ones.</summary>
internal sealed class LogWriter : IDisposable
{
    private readonly SegmentStore _store;
    private readonly SpareSegment _spare;
    private readonly LogState _state;
    private readonly List<(ulong Number, LogIndex HighestEntry)> _closed;
    private readonly LogBatch _mark = new();
    private readonly long _reserve;
    private Segment _active;
    private LogIndex _highestInActive;

    public LogWriter(
        SegmentStore store,
        SpareSegment spare,
        LogState state,
        List<(ulong Number, LogIndex HighestEntry)> closed,
        Segment active,
        LogIndex highestInActive,
        long reserve)
    {
        _store = store;
        _spare = spare;
        _state = state;
        _closed = closed;
        _active = active;
        _highestInActive = highestInActive;
        _reserve = reserve;
    }

    public BatchPool Pool { get; } = new();

    public bool HasSpace => _spare.HasSpace;

    public string ActivePath => _active.Path;

    /// <summary>Writes a batch, and makes certain that there is a next segment before the reserve in this one is needed.</summary>
    /// <exception cref="LogSpaceException">There is no space for it. Nothing has changed.</exception>
    public void Write(LogBatch batch)
    {
        if (batch.FirstLsn != _state.LastLsn.Next)
        {
            throw new ConsensusException(
                ConsensusFailure.InvariantViolated,
                $"A batch from record {batch.FirstLsn} on was to be written, but the log ends at {_state.LastLsn}.");
        }

        Append(batch, batch.FirstLsn);
        _state.Apply(batch);
        if (batch.HasBase)
        {
            VoidClosedSegments();
            _highestInActive = LogIndex.Zero;
        }

        _highestInActive = LogIndex.Max(_highestInActive, batch.HighestEntry);
        Pool.Return(batch);
        _spare.Begin(_active.Number + 1);
        if (_active.Room < _reserve)
        {
            _spare.Await();
        }
    }

    /// <summary>
    /// Writes a batch without records, if there is room in the segment: whoever finds damage before it knows that it was no interrupted write.
    /// </summary>
    public void MarkEnd()
    {
        if (!_active.IsBlank && _active.Fits(BatchHeader.Bytes))
        {
            _active.Write(_mark, _state.LastLsn.Next);
        }
    }

    public void TryReclaimSpace()
    {
        if (!_spare.HasSpace)
        {
            _spare.Ensure(_active.Number + 1);
        }
    }

    /// <summary>
    /// Deletes the oldest segment if all its entries are covered; for good before the next one, so that a crash in between leaves a log without a
    /// gap. The segment in use stays; its checkpoint repeats what the deleted ones said beside entries.
    /// </summary>
    /// <returns>Whether the next one is covered, too.</returns>
    public bool Compact(LogIndex index)
    {
        if (!IsOldestCovered(index))
        {
            return false;
        }

        _store.Delete(_closed[0].Number);
        _closed.RemoveAt(0);
        TryReclaimSpace();
        return IsOldestCovered(index);
    }

    public void Dispose()
    {
        _spare.Dispose();
        _active.Dispose();
    }

    private bool IsOldestCovered(LogIndex index) => _closed is [var oldest, ..] && oldest.HighestEntry <= index;

    private void Append(LogBatch batch, Lsn firstLsn)
    {
        if (_active.IsBlank || !_active.Fits(batch.Length))
        {
            AppendFirst(batch, firstLsn);
            return;
        }

        _active.Write(batch, firstLsn);
    }

    private void AppendFirst(LogBatch batch, Lsn firstLsn)
    {
        if (!_active.IsBlank)
        {
            // Taken before the other is given up: if there is no space, the log stays as it is.
            var next = _spare.Take(_active.Number + 1);
            _closed.Add((_active.Number, _highestInActive));
            _active.Dispose();
            _active = next;
            _highestInActive = LogIndex.Zero;
        }

        var checkpoint = Checkpoint.Encode(_state);
        var length = (long)checkpoint.Length + batch.Records.Length;
        if (!_active.Fits(length))
        {
            Grow(length);
        }

        _active.WriteFirst(checkpoint, batch, firstLsn);
    }

    private void Grow(long length)
    {
        try
        {
            _active.Grow(length);
        }
        catch (DiskFullException exception)
        {
            _spare.NoteFull();
            throw new LogSpaceException($"{_active.Path}: there is no space for a batch of {length} bytes.", exception);
        }
    }

    private void VoidClosedSegments()
    {
        for (var i = 0; i < _closed.Count; i++)
        {
            _closed[i] = (_closed[i].Number, LogIndex.Zero);
        }
    }
}
