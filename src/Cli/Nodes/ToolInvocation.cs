using System.Diagnostics;

namespace Consensus.Cli.Nodes;

/// <summary>How this tool calls itself in another process.</summary>
internal static class ToolInvocation
{
    private const string ToolName = "consensus";
    private const string RuntimeHost = "dotnet";

    /// <summary>A call of the tool whose outputs are read.</summary>
    public static ProcessStartInfo Of(params IEnumerable<string> arguments)
    {
        var self = Environment.ProcessPath;
        var start = new ProcessStartInfo { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(self) == ToolName)
        {
            start.FileName = self;
        }
        else
        {
            // Started by the runtime's own host, as tests and `dotnet run` of a library do.
            start.FileName = Path.GetFileNameWithoutExtension(self) == RuntimeHost ? self : RuntimeHost;
            start.ArgumentList.Add("exec");
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{ToolName}.dll"));
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>The same, started by another program that becomes this one, as those do that set limits or namespaces.</summary>
    public static ProcessStartInfo Through(IReadOnlyList<string> launcher, params IEnumerable<string> arguments)
    {
        var start = Of(arguments);
        if (launcher.Count > 0)
        {
            IEnumerable<string> inner = [.. launcher.Skip(1), start.FileName, .. start.ArgumentList];
            start.FileName = launcher[0];
            start.ArgumentList.Clear();
            foreach (var argument in inner)
            {
                start.ArgumentList.Add(argument);
            }
        }

        return start;
    }
}
