using System.CommandLine;
using System.Text.Json.Nodes;

namespace Consensus.Cli.Commands.Client;

/// <summary>Properties of a case on the command line.</summary>
internal static class PropertyArguments
{
    /// <summary>The option that sets properties.</summary>
    public static Option<string[]> Set(string description) => new("--set") { Description = description, HelpName = "NAME=VALUE" };

    /// <summary>Reads what shall happen to properties.</summary>
    /// <exception cref="UsageException">One of them is no <c>NAME=VALUE</c>, or is named twice.</exception>
    public static JsonObject Read(IEnumerable<string> set, IEnumerable<string> remove)
    {
        var properties = new JsonObject();
        foreach (var text in set)
        {
            var sign = text.IndexOf('=', StringComparison.Ordinal);
            Add(properties, sign > 0 ? text[..sign] : throw new UsageException($"'{text}' is no property; write it as NAME=VALUE."), text[(sign + 1)..]);
        }

        foreach (var name in remove)
        {
            Add(properties, name, null);
        }

        return properties;
    }

    private static void Add(JsonObject properties, string name, string? value)
    {
        if (!properties.TryAdd(name, value))
        {
            throw new UsageException($"The property '{name}' is named twice.");
        }
    }
}
