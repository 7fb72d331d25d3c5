using System.Text.Json.Nodes;

namespace Consensus.Cli.Bench;

/// <summary>Settings with which a hybrid forgets soon that a member has lied, and may go back to Raft at once: in a deployment it takes hours.</summary>
internal static class ShortWindows
{
    private const int SwitchesPerHourMax = 60;

    /// <summary>Writes them into a node's configuration file.</summary>
    public static void WriteTo(string configuration)
    {
        var file = JsonNode.Parse(File.ReadAllText(configuration))!;
        var hybrid = file["Consensus"]!["Hybrid"]!;
        hybrid["Threat"] = new JsonObject { ["Window"] = "00:00:01" };
        hybrid["Escalation"] = new JsonObject { ["MinimumStay"] = "00:00:00", ["QuietPeriod"] = "00:00:00", ["SwitchesPerHourMax"] = SwitchesPerHourMax };
        File.WriteAllText(configuration, file.ToJsonString());
    }
}
