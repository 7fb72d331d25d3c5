using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage.Log;

/// <summary>A segment that is, or will be, written to.</summary>
internal sealed class Segment(IStorageFile file, ulong number, ulong salt, long end) : IDisposable
{
    private const long RewriteBytes = 256 * 1024;

    private long _length = file.Length;

    public ulong Number => number;

    public string Path => file.Path;

    /// <summary>Where the next batch begins.</summary>
    public long End { get; private set; } = end;

    public bool IsBlank => End == SegmentHeader.Bytes;

    /// <summary>How much is left of it.</summary>
    /// <remarks>
    /// Without asking the file: Linux (6.13 and later) notes the time of every write to a file whose times were asked for since the last one, and a flush then writes the file's inode too, before it
    /// returns. That made flushes take half as long again.
    /// </remarks>
    public long Room => _length - End;

    public bool Fits(long length) => BatchHeader.Align(length) <= Room;

    /// <summary>Makes the file longer for a batch that is larger than a segment.</summary>
    public void Grow(long length)
    {
        file.Allocate(End + BatchHeader.Align(length));
        _length = file.Length;
    }

    /// <summary>Writes a batch and makes it durable.</summary>
    public void Write(LogBatch batch, Lsn firstLsn)
    {
        var header = new BatchHeader(salt, End, firstLsn, batch.Count, batch.Records.Length);
        header.Write(batch.Header);
        var bytes = batch.PaddedFromHeader();
        file.Write(End, bytes);
        file.Flush();
        End += bytes.Length;
    }

    /// <summary>Writes a segment's first batch, behind the checkpoint that it begins with, and makes both durable.</summary>
    /// <param name="checkpoint">Room for the header, then the checkpoint's frame.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="firstLsn">The batch's first record, or the one that will follow if it has none.</param>
    public void WriteFirst(byte[] checkpoint, LogBatch batch, Lsn firstLsn)
    {
        var header = new BatchHeader(salt, End, firstLsn, batch.Count, checkpoint.Length - BatchHeader.Bytes + batch.Records.Length);
        header.Write(checkpoint);
        var records = batch.PaddedRecords(checkpoint.Length);
        file.Write(End, checkpoint);
        file.Write(End + checkpoint.Length, records);
        file.Flush();
        End += checkpoint.Length + records.Length;
    }

    /// <summary>
    /// Writes again what is there from a place on, and zeros behind its end, and makes both durable. A flush that failed may have left them
    /// in the system's cache as if they were on the disk; then a flush alone writes nothing, and only what is written again gets there.
    /// </summary>
    public void Rewrite(long from)
    {
        var length = file.Length;
        var buffer = new byte[(int)Math.Min(RewriteBytes, length - from)];
        for (var offset = from; offset < length;)
        {
            var isKept = offset < End;
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, (isKept ? End : length) - offset));
            if (!isKept)
            {
                part.Clear();
            }
            else if (file.Read(offset, part) != part.Length)
            {
                throw new EndOfStreamException($"{file.Path}: the file ends before byte {offset + part.Length}; it became shorter while the log was opened.");
            }

            file.Write(offset, part);
            offset += part.Length;
        }

        file.Flush();
    }

    public void Dispose() => file.Dispose();
}
