using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Consensus.Client.KeyValue;

/// <summary>How keys, and other bytes, are written in the address of a request.</summary>
internal static class KeyPath
{
    /// <summary>The longest key in bytes.</summary>
    public const int KeyBytesMax = 1024;

    private static readonly SearchValues<byte> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    /// <summary>The path of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="suffix">What follows it in the path.</param>
    /// <param name="query">What follows the question mark, without it.</param>
    public static string Of(ReadOnlySpan<byte> key, string suffix = "", string query = "")
    {
        // What a path cannot carry even if it is encoded: parts that are resolved on the way, and the byte 0.
        var isPlain = !key.SequenceEqual("."u8) && !key.SequenceEqual(".."u8) && !key.Contains((byte)0);
        var encoded = isPlain ? Encode(key) : Base64Url.EncodeToString(key);
        var encoding = isPlain ? "" : query.Length > 0 ? "&encoding=base64url" : "encoding=base64url";
        var all = query + encoding;
        return all.Length == 0 ? $"v1/kv/{encoded}{suffix}" : $"v1/kv/{encoded}{suffix}?{all}";
    }

    /// <summary>Bytes, percent-encoded.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.ContainsAnyExcept(Unreserved))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length * 3);
        foreach (var value in bytes)
        {
            _ = Unreserved.Contains(value) ? text.Append((char)value) : text.Append('%').Append(Hex(value >> 4)).Append(Hex(value & 15));
        }

        return text.ToString();
    }

    private static char Hex(int digit) => "0123456789ABCDEF"[digit];
}
