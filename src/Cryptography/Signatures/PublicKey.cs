using System.Buffers;
using System.Buffers.Binary;

namespace Consensus.Cryptography;

/// <summary>An Ed25519 public key (RFC 8032, section 5.1.5): whose signatures can be checked with it.</summary>
/// <remarks>Immutable and safe to share between threads. <c>default</c> is 32 zero bytes, used as "none".</remarks>
public readonly struct PublicKey : IEquatable<PublicKey>
{
    /// <summary>The length of a public key in bytes.</summary>
    public const int Size = 32;

    private readonly ulong _w0;
    private readonly ulong _w1;
    private readonly ulong _w2;
    private readonly ulong _w3;

    /// <summary>Reads a public key from its 32 bytes.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 32 bytes long.</exception>
    public PublicKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A public key has {Size} bytes; {bytes.Length} were given.", nameof(bytes));
        }

        _w0 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _w1 = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _w2 = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _w3 = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Whether all bytes are zero.</summary>
    public bool IsNone => (_w0 | _w1 | _w2 | _w3) == 0;

    /// <summary>Whether two have the same bytes.</summary>
    public static bool operator ==(PublicKey left, PublicKey right) => left.Equals(right);

    /// <summary>Whether two differ.</summary>
    public static bool operator !=(PublicKey left, PublicKey right) => !left.Equals(right);

    /// <summary>Reads a public key from its text form, which is how settings name it: 64 hexadecimal digits, as <see cref="ToString"/> writes them.</summary>
    /// <param name="text">The digits, lower or upper case, and nothing else.</param>
    /// <exception cref="FormatException"><paramref name="text"/> is something else. It is not repeated: it may be a private key, put in the wrong place.</exception>
    public static PublicKey Parse(ReadOnlySpan<char> text) => TryParse(text, out var key)
        ? key
        : throw new FormatException($"That is no public key, but a text of {text.Length} characters; allowed: {2 * Size} hexadecimal digits.");

    /// <summary>Reads a public key from its text form, if it is one.</summary>
    /// <param name="text">64 hexadecimal digits, lower or upper case.</param>
    /// <param name="key">The key; <c>default</c> if it is none.</param>
    /// <returns>Whether <paramref name="text"/> is well-formed. Whether the bytes are a point of the curve is not looked at.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out PublicKey key)
    {
        key = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (text.Length != 2 * Size || Convert.FromHexString(text, bytes, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        key = new PublicKey(bytes);
        return true;
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _w0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _w1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _w2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _w3);
    }

    /// <inheritdoc/>
    public bool Equals(PublicKey other) => ((_w0 ^ other._w0) | (_w1 ^ other._w1) | (_w2 ^ other._w2) | (_w3 ^ other._w3)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PublicKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)_w0 ^ (int)(_w0 >> 32);

    /// <summary>The bytes as 64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
