using System.Buffers;
using Consensus.Cryptography;
using Consensus.Storage.Files;

namespace Consensus.Storage.Snapshots;

/// <summary>
/// Writes the bytes of a state to a file from an offset on, and hashes them on their way. Small writes are gathered, so that hash and disk
/// get large pieces; memory does not depend on the size of the state.
/// </summary>
internal sealed class HashingWriteStream(IStorageFile file, long start) : Stream
{
    private const int BufferSize = 256 * 1024;

    private readonly Blake3Hasher _hasher = new();
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _buffered;
    private long _written;

    /// <summary>The first failure of the file. Kept, so that a caller who catches it cannot turn a torn snapshot into a complete one.</summary>
    public IOException? Failure { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written + _buffered;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException("A snapshot is written from its beginning to its end.");
    }

    /// <summary>Writes what is still gathered.</summary>
    /// <returns>How many bytes were written in all, and their hash.</returns>
    public (long Length, Digest Checksum) Complete()
    {
        WriteBuffered();
        return (_written, _hasher.Finalize());
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        if (buffer.Length <= BufferSize - _buffered)
        {
            buffer.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += buffer.Length;
            return;
        }

        WriteBuffered();
        if (buffer.Length >= BufferSize)
        {
            WriteThrough(buffer);
        }
        else
        {
            buffer.CopyTo(_buffer);
            _buffered = buffer.Length;
        }
    }

    public override void WriteByte(byte value) => Write([value]);

    /// <summary>Does nothing: only the whole snapshot is made durable.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A snapshot is only written here.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A snapshot is written from its beginning to its end.");

    public override void SetLength(long value) => throw new NotSupportedException("A snapshot is written from its beginning to its end.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }

        base.Dispose(disposing);
    }

    private void WriteBuffered()
    {
        WriteThrough(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    private void WriteThrough(ReadOnlySpan<byte> data)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        try
        {
            file.Write(start + _written, data);
        }
        catch (IOException exception)
        {
            Failure = exception;
            throw;
        }

        _hasher.Update(data);
        _written += data.Length;
    }
}
