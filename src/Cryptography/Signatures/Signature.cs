using System.Buffers.Binary;

namespace Consensus.Cryptography;

/// <summary>An Ed25519 signature (RFC 8032, section 5.1.6).</summary>
/// <remarks>Immutable and safe to share between threads. <c>default</c> is 64 zero bytes, used as "none". No identity is ever computed over signature bytes: a signer can make many for one message.</remarks>
public readonly struct Signature : IEquatable<Signature>
{
    /// <summary>The length of a signature in bytes.</summary>
    public const int Size = 64;

    private readonly ulong _w0;
    private readonly ulong _w1;
    private readonly ulong _w2;
    private readonly ulong _w3;
    private readonly ulong _w4;
    private readonly ulong _w5;
    private readonly ulong _w6;
    private readonly ulong _w7;

    /// <summary>Reads a signature from its 64 bytes.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 64 bytes long.</exception>
    public Signature(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A signature has {Size} bytes; {bytes.Length} were given.", nameof(bytes));
        }

        _w0 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _w1 = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _w2 = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _w3 = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
        _w4 = BinaryPrimitives.ReadUInt64BigEndian(bytes[32..]);
        _w5 = BinaryPrimitives.ReadUInt64BigEndian(bytes[40..]);
        _w6 = BinaryPrimitives.ReadUInt64BigEndian(bytes[48..]);
        _w7 = BinaryPrimitives.ReadUInt64BigEndian(bytes[56..]);
    }

    /// <summary>Whether all bytes are zero.</summary>
    public bool IsNone => (_w0 | _w1 | _w2 | _w3 | _w4 | _w5 | _w6 | _w7) == 0;

    /// <summary>Whether two have the same bytes.</summary>
    public static bool operator ==(Signature left, Signature right) => left.Equals(right);

    /// <summary>Whether two differ.</summary>
    public static bool operator !=(Signature left, Signature right) => !left.Equals(right);

    /// <summary>Writes the 64 bytes.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _w0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _w1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _w2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _w3);
        BinaryPrimitives.WriteUInt64BigEndian(destination[32..], _w4);
        BinaryPrimitives.WriteUInt64BigEndian(destination[40..], _w5);
        BinaryPrimitives.WriteUInt64BigEndian(destination[48..], _w6);
        BinaryPrimitives.WriteUInt64BigEndian(destination[56..], _w7);
    }

    /// <inheritdoc/>
    public bool Equals(Signature other) => ((_w0 ^ other._w0) | (_w1 ^ other._w1) | (_w2 ^ other._w2) | (_w3 ^ other._w3) | (_w4 ^ other._w4) | (_w5 ^ other._w5) | (_w6 ^ other._w6) | (_w7 ^ other._w7)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Signature other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)_w0 ^ (int)(_w0 >> 32);

    /// <summary>The bytes as 128 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
