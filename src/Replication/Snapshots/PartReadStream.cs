using System.Buffers.Binary;

namespace Consensus.Replication;

/// <summary>Reads what a <see cref="PartWriteStream"/> framed, and ends where the part does.</summary>
internal sealed class PartReadStream(Stream source) : Stream
{
    private int _left;
    private bool _isLast;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || !HasMore())
        {
            return 0;
        }

        var read = source.Read(buffer[..Math.Min(buffer.Length, _left)]);
        if (read == 0)
        {
            throw Damaged($"{_left} bytes are missing at its end");
        }

        _left -= read;
        return read;
    }

    /// <summary>Refuses a part of which not everything has been read.</summary>
    public void RequireEnd()
    {
        if (HasMore())
        {
            throw Damaged("it is longer than what was read from it");
        }
    }

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static ConsensusException Damaged(string problem) => new(ConsensusFailure.SnapshotInvalid, $"A part of the snapshot is damaged: {problem}.");

    private bool HasMore()
    {
        if (_left == 0 && !_isLast)
        {
            ReadHeader();
        }

        return _left > 0;
    }

    private void ReadHeader()
    {
        Span<byte> header = stackalloc byte[PartWriteStream.HeaderSize];
        if (source.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            throw Damaged("the snapshot ends within it");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 0 or > PartWriteStream.PieceSize)
        {
            throw Damaged($"a piece has {length} bytes; allowed are 0 to {PartWriteStream.PieceSize}");
        }

        _left = length;
        _isLast = length < PartWriteStream.PieceSize;
    }
}
