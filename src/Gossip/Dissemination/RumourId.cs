using System.Buffers.Binary;
using System.Globalization;

namespace Consensus.Gossip;

/// <summary>Which rumour it is: the first 16 bytes of the hash of all that its origin has said. Whoever tells it on can change nothing of it. Written as 32 hexadecimal digits.</summary>
/// <param name="High">The first 8 bytes, big-endian.</param>
/// <param name="Low">The other 8.</param>
public readonly record struct RumourId(ulong High, ulong Low)
{
    /// <summary>How many bytes it has.</summary>
    public const int Size = 16;

    /// <summary>The id of a rumour with a hash.</summary>
    internal static RumourId Of(Digest hash)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        hash.CopyTo(bytes);
        return Read(bytes);
    }

    internal static RumourId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    internal void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>Reads 32 hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RumourId id)
    {
        id = default;
        if (text.Length != 2 * Size
            || !ulong.TryParse(text[..Size], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            || !ulong.TryParse(text[Size..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
        {
            return false;
        }

        id = new RumourId(high, low);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");
}
