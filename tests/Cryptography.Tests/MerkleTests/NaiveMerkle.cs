using System.Buffers.Binary;

namespace Consensus.Cryptography.Tests;

/// <summary>The tree as RFC 6962, section 2.1 defines it, recursively, over the documented hash functions. It shares no code with the library's.</summary>
internal static class NaiveMerkle
{
    public static Digest Root(IReadOnlyList<byte[]> leaves)
    {
        var top = leaves.Count == 0 ? new byte[32] : Top(leaves);
        var count = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(count, (ulong)leaves.Count);
        return Keyed("root", [.. count, .. top]);
    }

    /// <summary>The siblings from the leaf upwards: RFC 6962, section 2.1.1.</summary>
    public static List<Digest> Path(int index, IReadOnlyList<byte[]> leaves)
    {
        if (leaves.Count == 1)
        {
            return [];
        }

        var split = Split(leaves.Count);
        var left = leaves.Take(split).ToArray();
        var right = leaves.Skip(split).ToArray();
        return index < split ? [.. Path(index, left), new Digest(Top(right))] : [.. Path(index - split, right), new Digest(Top(left))];
    }

    private static byte[] Top(IReadOnlyList<byte[]> leaves)
    {
        if (leaves.Count == 1)
        {
            return Bytes(Keyed("leaf", leaves[0]));
        }

        var split = Split(leaves.Count);
        return Bytes(Keyed("node", [.. Top([.. leaves.Take(split)]), .. Top([.. leaves.Skip(split)])]));
    }

    private static int Split(int count)
    {
        var split = 1;
        while (2 * split < count)
        {
            split *= 2;
        }

        return split;
    }

    private static Digest Keyed(string what, byte[] input) =>
        Blake3.KeyedHash(Bytes(Blake3.DeriveKey(System.Text.Encoding.UTF8.GetBytes($"Consensus.Framework Merkle tree v1: {what}"), [])), input);

    private static byte[] Bytes(Digest digest)
    {
        var bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);
        return bytes;
    }
}
