using System.Buffers;

namespace Consensus.Engine;

/// <summary>The bytes of one received frame in a pooled buffer, which goes back to the pool when its owner disposes of it.</summary>
public readonly struct FrameBuffer : IDisposable
{
    private readonly byte[]? _array;
    private readonly int _length;

    private FrameBuffer(byte[] array, int length)
    {
        _array = array;
        _length = length;
    }

    /// <summary>The frame's bytes, for the transport to fill and the receiver to read.</summary>
    public Memory<byte> Memory => _array.AsMemory(0, _length);

    /// <summary>Rents a buffer for a frame of <paramref name="length"/> bytes.</summary>
    public static FrameBuffer Rent(int length) => new(ArrayPool<byte>.Shared.Rent(length), length);

    /// <summary>Gives the buffer back. Must be called once, by whoever owns it last.</summary>
    public void Dispose()
    {
        if (_array is not null)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }
    }
}
