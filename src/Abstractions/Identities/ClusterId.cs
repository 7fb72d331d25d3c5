using System.Diagnostics.CodeAnalysis;

namespace Consensus;

/// <summary>The identity of a cluster. Frames, logs and snapshots of another cluster are refused.</summary>
/// <param name="Value">128 bits, random at the cluster's creation.</param>
public readonly record struct ClusterId(Guid Value)
{
    /// <summary>The length of the identity in bytes.</summary>
    public const int Size = 16;

    /// <summary>No cluster.</summary>
    public static ClusterId None => default;

    /// <summary>Reads an identity from its <see cref="Size"/> bytes in network order.</summary>
    /// <exception cref="ArgumentException">There are not exactly 16 bytes.</exception>
    public static ClusterId FromBytes(ReadOnlySpan<byte> bytes) => new(new Guid(bytes, bigEndian: true));

    /// <summary>Reads an identity from its text form, 32 hexadecimal digits with or without hyphens.</summary>
    /// <returns>Whether <paramref name="text"/> is such a text.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out ClusterId id)
    {
        var valid = Guid.TryParse(text, out var value);
        id = new ClusterId(value);
        return valid;
    }

    /// <summary>Writes the <see cref="Size"/> bytes in network order.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (!Value.TryWriteBytes(destination, bigEndian: true, out _))
        {
            throw new ArgumentException($"A cluster id has {Size} bytes; the destination has {destination.Length}.", nameof(destination));
        }
    }

    /// <summary>The identity as hyphenated hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("D");
}
