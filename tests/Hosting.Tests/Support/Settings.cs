using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace Consensus.Hosting.Tests;

/// <summary>Configurations of nodes, as JSON.</summary>
internal static class Settings
{
    public const string Cluster = "6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11";

    /// <summary>A valid section for node 1 of three.</summary>
    public static JsonObject Valid(uint node = 1) => new()
    {
        ["ClusterId"] = Cluster,
        ["Node"] = node,
        ["Members"] = new JsonArray(Member(1), Member(2), Member(3)),
        ["DataDirectory"] = $"data/{node}",
    };

    public static JsonObject Member(uint id, string? address = null) => new() { ["Id"] = id, ["Address"] = address ?? $"127.0.0.1:{7000 + id}" };

    /// <summary>Sets a key, deep inside if its path says so, for example <c>Raft:HeartbeatInterval</c>.</summary>
    public static JsonObject With(this JsonObject section, string path, JsonNode? value)
    {
        var keys = path.Split(':');
        JsonNode node = section;
        foreach (var key in keys[..^1])
        {
            node = node is JsonArray list ? list[int.Parse(key)]! : node[key] ??= new JsonObject();
        }

        if (node is JsonArray items)
        {
            items[int.Parse(keys[^1])] = value;
        }
        else
        {
            node[keys[^1]] = value;
        }

        return section;
    }

    public static IConfigurationSection ToSection(this JsonObject section, string name = "Consensus")
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(new JsonObject { [name] = section.DeepClone() }.ToJsonString()));
        return new ConfigurationBuilder().AddJsonStream(json).Build().GetSection(name);
    }
}
