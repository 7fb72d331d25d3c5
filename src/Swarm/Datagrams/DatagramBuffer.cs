using System.Buffers;
using Consensus.Gossip;
using Consensus.Swarm.Wire;

namespace Consensus.Swarm.Datagrams;

/// <summary>Where a datagram is written, again and again: the message after the place for its head, then the hash. Not safe to use from more than one thread.</summary>
internal sealed class DatagramBuffer : IBufferWriter<byte>
{
    // What writers ask for at a time may be more than they write.
    private readonly byte[] _bytes = new byte[DatagramSeal.HeadSize + (2 * GossipLimits.DatagramBytesMax) + DatagramSeal.HashSize];
    private int _end = DatagramSeal.HeadSize;

    /// <summary>The datagram as it is so far, with places for what surrounds the message.</summary>
    public Span<byte> Datagram => _bytes.AsSpan(0, _end + DatagramSeal.HashSize);

    /// <summary>How long the message is.</summary>
    public int MessageLength => _end - DatagramSeal.HeadSize;

    /// <summary>Begins the next one.</summary>
    public void Clear() => _end = DatagramSeal.HeadSize;

    /// <inheritdoc/>
    public void Advance(int count) => _end += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(_end, Room(sizeHint));

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(_end, Room(sizeHint));

    private int Room(int sizeHint)
    {
        var room = _bytes.Length - DatagramSeal.HashSize - _end;
        return sizeHint <= room ? room : throw new InvalidOperationException($"A message for a datagram is longer than {2 * GossipLimits.DatagramBytesMax} bytes; allowed: {GossipLimits.DatagramBytesMax}.");
    }
}
