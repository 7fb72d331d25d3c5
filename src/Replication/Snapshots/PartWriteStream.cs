using System.Buffers.Binary;

namespace Consensus.Replication;

/// <summary>
/// Frames one part of a snapshot within a stream, whose length need not be known before: pieces of 65,536 bytes, each with its length before
/// it (4 bytes, little-endian), the last one shorter, possibly empty. So a part has one form.
/// </summary>
internal sealed class PartWriteStream(Stream destination) : Stream
{
    public const int PieceSize = 64 * 1024;
    public const int HeaderSize = 4;

    private readonly byte[] _piece = new byte[HeaderSize + PieceSize];
    private int _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, PieceSize - _length);
            buffer[..taken].CopyTo(_piece.AsSpan(HeaderSize + _length));
            _length += taken;
            buffer = buffer[taken..];
            if (_length == PieceSize)
            {
                WritePiece();
            }
        }
    }

    /// <summary>Writes the last piece.</summary>
    public void Complete() => WritePiece();

    public override void Flush()
    {
        // Pieces are full but for the last one, whenever somebody flushes.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void WritePiece()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_piece, _length);
        destination.Write(_piece, 0, HeaderSize + _length);
        _length = 0;
    }
}
