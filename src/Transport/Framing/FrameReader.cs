using System.Buffers;
using Consensus.Engine;

namespace Consensus.Transport;

/// <summary>Cuts received bytes into frames.</summary>
/// <remarks>
/// The buffer grows by what has arrived, never by what a length announces: it doubles when it is full, so announcing a frame of 8 MiB
/// costs the announcer 4 MiB of real bytes before this side holds 8 MiB.
/// </remarks>
internal sealed class FrameReader : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly int _frameLengthMax;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;

    public FrameReader(int frameLengthMax) => _frameLengthMax = frameLengthMax;

    /// <summary>Whether a frame has begun and not ended.</summary>
    public bool HasPartialFrame => _end > _start;

    /// <summary>The capacity held at present.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>Where the next received bytes go; never empty.</summary>
    public Memory<byte> GetMemory()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_buffer.Length > BufferSize)
            {
                Resize(BufferSize);
            }
        }
        else if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        else if (_end == _buffer.Length)
        {
            Resize((int)Math.Min(2L * _buffer.Length, FrameFormat.HeaderSize + (long)_frameLengthMax));
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Tells how many bytes were received into <see cref="GetMemory"/>.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>Takes the next frame off; the caller owns it.</summary>
    public FrameReadStatus TryRead(out FrameBuffer frame)
    {
        frame = default;
        var received = _buffer.AsSpan(_start, _end - _start);
        if (received.Length < FrameFormat.HeaderSize)
        {
            return FrameReadStatus.Incomplete;
        }

        var length = FrameFormat.ReadLength(received);
        if (length == 0)
        {
            return FrameReadStatus.Empty;
        }

        if (length > _frameLengthMax)
        {
            return FrameReadStatus.TooLong;
        }

        if (received.Length - FrameFormat.HeaderSize < length)
        {
            return FrameReadStatus.Incomplete;
        }

        frame = FrameBuffer.Rent((int)length);
        received.Slice(FrameFormat.HeaderSize, (int)length).CopyTo(frame.Memory.Span);
        _start += FrameFormat.HeaderSize + (int)length;
        return FrameReadStatus.Frame;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
    }

    private void Resize(int size)
    {
        var old = _buffer;
        _buffer = ArrayPool<byte>.Shared.Rent(size);
        old.AsSpan(_start, _end - _start).CopyTo(_buffer);
        ArrayPool<byte>.Shared.Return(old);
        _end -= _start;
        _start = 0;
    }
}
