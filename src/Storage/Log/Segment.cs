using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage.Log;

/// <summary>A segment that is, or will be, written to.</summary>
internal sealed class Segment(IStorageFile file, ulong number, ulong salt, long end) : IDisposable
{
    public ulong Number => number;

    public string Path => file.Path;

    /// <summary>Where the next batch begins.</summary>
    public long End { get; private set; } = end;

    public bool IsBlank => End == SegmentHeader.Bytes;

    /// <summary>How much is left of it.</summary>
    public long Room => file.Length - End;

    public bool Fits(long length) => BatchHeader.Align(length) <= Room;

    /// <summary>Makes the file longer for a batch that is larger than a segment.</summary>
    public void Grow(long length) => file.Allocate(End + BatchHeader.Align(length));

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

    /// <summary>Overwrites the remains of an interrupted write with zeros and makes that durable.</summary>
    public void Erase(long length)
    {
        Span<byte> zeros = stackalloc byte[4096];
        zeros.Clear();
        for (var offset = End; length > 0;)
        {
            var part = (int)Math.Min(length, zeros.Length);
            file.Write(offset, zeros[..part]);
            offset += part;
            length -= part;
        }

        file.Flush();
    }

    public void Flush() => file.Flush();

    public void Dispose() => file.Dispose();
}
