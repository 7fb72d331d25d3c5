using System.Text;
using Consensus.Client.KeyValue;

namespace Consensus.Cli.Commands.Client;

/// <summary>How a key of the command line is written in a path.</summary>
internal static class KeyArgument
{
    /// <summary>The path of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="suffix">What follows it in the path.</param>
    /// <param name="query">What follows the question mark, without it.</param>
    public static string ToPath(string key, string suffix = "", string query = "") => KeyPath.Of(ToBytes(key), suffix, query);

    /// <summary>The bytes of a key.</summary>
    public static byte[] ToBytes(string key) => Encoding.UTF8.GetBytes(key);
}
