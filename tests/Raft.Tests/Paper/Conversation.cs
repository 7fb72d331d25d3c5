using Consensus.Raft.Tests.Conversations;

namespace Consensus.Raft.Tests.Paper;

/// <summary>Runs a short conversation for a test (the commands are in the README of Conversations).</summary>
internal static class Conversation
{
    /// <summary>Runs the commands, one a line, each without its mark.</summary>
    /// <returns>What happens, without the commands.</returns>
    public static string Of(params string[] commands)
    {
        using var script = new ConversationScript();
        var lines = script.Run(string.Join('\n', commands.Select(command => $"> {command}"))).Split('\n');
        return string.Join('\n', lines.Where(line => !line.StartsWith('>')));
    }

    /// <summary>How often something happens.</summary>
    public static int Count(string happened, string what) => happened.Split('\n').Count(line => line.Contains(what, StringComparison.Ordinal));
}
