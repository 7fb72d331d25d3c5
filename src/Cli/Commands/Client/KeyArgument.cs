namespace Consensus.Cli.Commands.Client;

/// <summary>How a key of the command line is written in a path.</summary>
internal static class KeyArgument
{
    /// <summary>The path of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="suffix">What follows it in the path.</param>
    /// <param name="query">What follows the question mark, without it.</param>
    public static string ToPath(string key, string suffix = "", string query = "")
    {
        // What a path cannot carry even if it is encoded: parts that are resolved on the way, and the byte 0.
        var isPlain = key is not ("." or "..") && !key.Contains('\0');
        var encoded = isPlain
            ? Uri.EscapeDataString(key)
            : System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(key));
        string[] parameters = isPlain ? [query] : [query, "encoding=base64url"];
        var all = string.Join('&', parameters.Where(parameter => parameter.Length > 0));
        return $"v1/kv/{encoded}{suffix}{(all.Length > 0 ? "?" : "")}{all}";
    }
}
