using System.Buffers;
using Consensus.Engine;

namespace Consensus.Transport;

/// <summary>
/// A bounded queue of encoded frames between one producer (the replica's loop) and one consumer (whoever owns the wire at the moment),
/// without locks.
/// </summary>
/// <remarks>
/// <para>
/// Messages are encoded straight into pooled segments. What the producer has appended becomes visible with <see cref="Publish"/>; until
/// then it can be rolled back, which is how a frame that turns out too long disappears.
/// </para>
/// <para>
/// The two sides share two numbers: bytes published and bytes consumed. The consumer reads a segment's <see cref="FrameSegment.End"/> and
/// <see cref="FrameSegment.Next"/> only as far as published bytes reach; the producer changes them only at or beyond that point. So the
/// consumer never leaves the segment in which the next frame starts.
/// </para>
/// <para>
/// When its connection breaks, a queue is left to the garbage collector instead of returning its segments: the producer may be
/// writing into them at that moment.
/// </para>
/// </remarks>
internal sealed class FrameQueue : IBufferWriter<byte>
{
    private const int SegmentSize = 64 * 1024;

    private readonly long _queuedBytesMax;
    private readonly long _queuedFramesMax;

    // The producer's.
    private FrameSegment _tail;
    private int _tailOffset;
    private long _appendedBytes;
    private long _appendedFrames;
    private FrameSegment _frameSegment;
    private int _frameOffset;
    private long _frameBytes;

    // The consumer's.
    private FrameSegment _head;
    private int _headOffset;
    private long _unconsumedOfFrame;

    // Shared.
    private long _publishedBytes;
    private long _consumedBytes;
    private long _consumedFrames;
    private FrameSegment? _spare;

    public FrameQueue(long queuedBytesMax, long queuedFramesMax)
    {
        _queuedBytesMax = queuedBytesMax;
        _queuedFramesMax = queuedFramesMax;
        _tail = _head = _frameSegment = new FrameSegment(ArrayPool<byte>.Shared.Rent(SegmentSize));
    }

    /// <summary>How much is published and waits to be consumed. Exact for the consumer, a bound for others.</summary>
    public long PendingBytes => Volatile.Read(ref _publishedBytes) - Volatile.Read(ref _consumedBytes);

    /// <summary>Appends a message as one frame, invisible to the consumer until <see cref="Publish"/>. Producer only.</summary>
    public EnqueueResult Append(ProtocolMessage message, IMessageCodec codec, int frameLengthMax)
    {
        var queuedBytes = _appendedBytes - Volatile.Read(ref _consumedBytes);
        if (queuedBytes >= _queuedBytesMax || _appendedFrames - Volatile.Read(ref _consumedFrames) >= _queuedFramesMax)
        {
            return EnqueueResult.QueueFull;
        }

        BeginFrame();
        try
        {
            codec.Encode(message, this);
        }
        catch
        {
            RollBack();
            throw;
        }

        var length = _frameBytes - FrameFormat.HeaderSize;
        if (length == 0)
        {
            RollBack();
            throw new InvalidOperationException($"The codec encoded a {message.GetType().Name} as nothing; a frame has at least one byte.");
        }

        if (length > frameLengthMax || queuedBytes + _frameBytes > _queuedBytesMax)
        {
            RollBack();
            return length > frameLengthMax ? EnqueueResult.FrameTooLong : EnqueueResult.QueueFull;
        }

        FrameFormat.WriteLength(_frameSegment.Array.AsSpan(_frameOffset), (int)length);
        _appendedBytes += _frameBytes;
        _appendedFrames++;
        return EnqueueResult.Queued;
    }

    /// <summary>Shows the consumer everything appended so far. Producer only.</summary>
    public void Publish() => Volatile.Write(ref _publishedBytes, _appendedBytes);

    /// <summary>The next contiguous bytes to send; may end within a frame. Consumer only.</summary>
    public bool TryPeek(out ReadOnlyMemory<byte> chunk)
    {
        var available = Volatile.Read(ref _publishedBytes) - _consumedBytes;
        if (available == 0)
        {
            chunk = default;
            return false;
        }

        if (_headOffset == _head.End)
        {
            var next = _head.Next ?? throw new InvalidOperationException("Published bytes lie beyond the last segment.");
            Recycle(_head);
            _head = next;
            _headOffset = 0;
        }

        chunk = _head.Array.AsMemory(_headOffset, (int)Math.Min(available, _head.End - _headOffset));
        return true;
    }

    /// <summary>Takes off the first bytes of the chunk peeked at. Consumer only.</summary>
    /// <returns>How many frames were completed by that.</returns>
    public int Consume(int count)
    {
        var frames = 0;
        for (var left = (long)count; left > 0;)
        {
            if (_unconsumedOfFrame == 0)
            {
                _unconsumedOfFrame = FrameFormat.HeaderSize + (long)FrameFormat.ReadLength(_head.Array.AsSpan(_headOffset));
            }

            var step = Math.Min(left, _unconsumedOfFrame);
            left -= step;
            _headOffset += (int)step;
            _unconsumedOfFrame -= step;
            if (_unconsumedOfFrame == 0)
            {
                frames++;
            }
        }

        Volatile.Write(ref _consumedFrames, _consumedFrames + frames);
        Volatile.Write(ref _consumedBytes, _consumedBytes + count);
        return frames;
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        if (count < 0 || count > _tail.Array.Length - _tailOffset)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"At most the {_tail.Array.Length - _tailOffset} bytes that were given.");
        }

        _tailOffset += count;
        _frameBytes += count;
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        EnsureContiguous(Math.Max(sizeHint, 1));
        return _tail.Array.AsMemory(_tailOffset);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        EnsureContiguous(Math.Max(sizeHint, 1));
        return _tail.Array.AsSpan(_tailOffset);
    }

    private void BeginFrame()
    {
        // The length is never split between segments: Consume reads it in one piece.
        EnsureContiguous(FrameFormat.HeaderSize);
        _frameSegment = _tail;
        _frameOffset = _tailOffset;
        _tailOffset += FrameFormat.HeaderSize;
        _frameBytes = FrameFormat.HeaderSize;
    }

    private void RollBack()
    {
        for (var segment = _frameSegment.Next; segment is not null;)
        {
            var next = segment.Next;
            Recycle(segment);
            segment = next;
        }

        _frameSegment.Next = null;
        _frameSegment.End = FrameSegment.Open;
        _tail = _frameSegment;
        _tailOffset = _frameOffset;
    }

    private void EnsureContiguous(int size)
    {
        if (_tail.Array.Length - _tailOffset >= size)
        {
            return;
        }

        var next = size <= SegmentSize ? Interlocked.Exchange(ref _spare, null) : null;
        next ??= new FrameSegment(ArrayPool<byte>.Shared.Rent(Math.Max(size, SegmentSize)));
        _tail.End = _tailOffset;
        _tail.Next = next;
        _tail = next;
        _tailOffset = 0;
    }

    private void Recycle(FrameSegment segment)
    {
        if (segment.Array.Length == SegmentSize)
        {
            segment.End = FrameSegment.Open;
            segment.Next = null;
            if (Interlocked.CompareExchange(ref _spare, segment, null) is null)
            {
                return;
            }
        }

        ArrayPool<byte>.Shared.Return(segment.Array);
    }
}
