namespace Consensus.Replication.State;

/// <summary>Keys read as half bytes, the high one first; their order is the ordinal order of the bytes.</summary>
internal static class Nibbles
{
    /// <summary>How many half bytes a key has.</summary>
    public static int Count(ReadOnlySpan<byte> key) => 2 * key.Length;

    /// <summary>One half byte of a key.</summary>
    public static int At(ReadOnlySpan<byte> key, int position)
    {
        var both = key[position >> 1];
        return (position & 1) == 0 ? both >> 4 : both & 15;
    }

    /// <summary>How many half bytes two keys have in common from their start.</summary>
    public static int Common(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var bytes = left.CommonPrefixLength(right);
        var hasMore = bytes < left.Length && bytes < right.Length;
        return (2 * bytes) + (hasMore && left[bytes] >> 4 == right[bytes] >> 4 ? 1 : 0);
    }
}
