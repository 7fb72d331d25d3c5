using System.Text;

namespace Consensus.Gossip;

/// <summary>A key of mergeable state, or an element of a set in it: bytes that never change, compared byte by byte.</summary>
public readonly struct MergeKey : IComparable<MergeKey>, IEquatable<MergeKey>
{
    private readonly byte[]? _bytes;

    /// <summary>A copy of some bytes.</summary>
    public MergeKey(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Whether both are the same bytes.</summary>
    public static bool operator ==(MergeKey left, MergeKey right) => left.Equals(right);

    /// <summary>Whether both are not the same bytes.</summary>
    public static bool operator !=(MergeKey left, MergeKey right) => !left.Equals(right);

    /// <summary>Whether <paramref name="left"/> comes first.</summary>
    public static bool operator <(MergeKey left, MergeKey right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> comes last.</summary>
    public static bool operator >(MergeKey left, MergeKey right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not come last.</summary>
    public static bool operator <=(MergeKey left, MergeKey right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> does not come first.</summary>
    public static bool operator >=(MergeKey left, MergeKey right) => left.CompareTo(right) >= 0;

    /// <summary>The key of a text, in UTF-8.</summary>
    public static MergeKey Of(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public int CompareTo(MergeKey other) => Bytes.SequenceCompareTo(other.Bytes);

    /// <inheritdoc/>
    public bool Equals(MergeKey other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MergeKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = 2166136261u;
        foreach (var letter in Bytes)
        {
            hash = unchecked((hash ^ letter) * 16777619u);
        }

        return unchecked((int)hash);
    }

    /// <inheritdoc/>
    public override string ToString() => Convert.ToHexString(Bytes);
}
