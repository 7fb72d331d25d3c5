using Consensus.Storage.Files;

namespace Consensus.Storage.Snapshots;

/// <summary>Reads the bytes of a state from a snapshot file, and tells the store when the reader has finished.</summary>
internal sealed class SnapshotReadStream(IStorageFile file, long start, long length, Action onClosed) : Stream
{
    private const int BufferSize = 64 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(BufferSize, length));
    private int _bufferedFrom;
    private int _bufferedTo;
    private long _fetched;
    private bool _isClosed;

    public override bool CanRead => !_isClosed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _fetched - (_bufferedTo - _bufferedFrom);
        set => throw new NotSupportedException("A snapshot is read from its beginning to its end.");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_bufferedFrom == _bufferedTo)
        {
            if (buffer.Length >= BufferSize)
            {
                return Fetch(buffer);
            }

            _bufferedFrom = 0;
            _bufferedTo = Fetch(_buffer);
        }

        var count = Math.Min(buffer.Length, _bufferedTo - _bufferedFrom);
        _buffer.AsSpan(_bufferedFrom, count).CopyTo(buffer);
        _bufferedFrom += count;
        return count;
    }

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A snapshot is only read here.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A snapshot is read from its beginning to its end.");

    public override void SetLength(long value) => throw new NotSupportedException("A snapshot is only read here.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isClosed)
        {
            _isClosed = true;
            file.Dispose();
            onClosed();
        }

        base.Dispose(disposing);
    }

    private int Fetch(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, length - _fetched);
        int count;
        try
        {
            count = file.Read(start + _fetched, buffer[..wanted]);
        }
        catch (IOException exception)
        {
            throw new ConsensusException(
                ConsensusFailure.StorageFailed, $"The snapshot {file.Path} cannot be read at byte {start + _fetched}: {exception.Message}", exception);
        }

        if (count < wanted)
        {
            throw new ConsensusException(
                ConsensusFailure.StorageCorrupt, $"The snapshot {file.Path} has become shorter while it was read: {length - _fetched - count} bytes are missing.");
        }

        _fetched += count;
        return count;
    }
}
