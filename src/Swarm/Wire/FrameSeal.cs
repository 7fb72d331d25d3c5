using System.Buffers.Binary;
using System.Security.Cryptography;
using Consensus.Cryptography;
using Consensus.Transport;

namespace Consensus.Swarm.Wire;

/// <summary>One direction of a connection: numbers its frames, so that none is valid at another place. Not safe to use from more than one thread.</summary>
internal sealed class FrameSeal(byte[] key)
{
    /// <summary>What stands before the message in a frame's body.</summary>
    public const int HashSize = 16;

    private ulong _number;

    /// <summary>The next frame, with its length before it.</summary>
    public byte[] Close(ReadOnlySpan<byte> message)
    {
        var frame = new byte[FrameFormat.HeaderSize + HashSize + message.Length];
        FrameFormat.WriteLength(frame, HashSize + message.Length);
        message.CopyTo(frame.AsSpan(FrameFormat.HeaderSize + HashSize));
        Hash(message, frame.AsSpan(FrameFormat.HeaderSize, HashSize));
        return frame;
    }

    /// <summary>Whether a frame's body is what the other end has sent next; its message is what follows the first <see cref="HashSize"/> bytes.</summary>
    public bool Opens(ReadOnlySpan<byte> body)
    {
        if (body.Length <= HashSize)
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[HashSize];
        Hash(body[HashSize..], hash);
        return CryptographicOperations.FixedTimeEquals(hash, body[..HashSize]);
    }

    private void Hash(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        // The frame's own key, from the connection's and the number: the message need not be copied to have the number before it.
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(number, _number++);
        Span<byte> frameKey = stackalloc byte[Blake3.KeySize];
        Blake3.KeyedHash(key, number, frameKey);
        Blake3.KeyedHash(frameKey, message, destination);
    }
}
