using System.Globalization;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>What nodes log, kept in files.</summary>
internal sealed class NodeLogs : IDisposable
{
    private readonly TestFolder _folder = new();

    /// <summary>A launcher that writes a node's standard error to its file.</summary>
    public IReadOnlyList<string> Launcher(uint node) => ["/bin/sh", "-c", "exec \"$@\" 2>>\"$0\"", PathOf(node)];

    /// <summary>How many lines of a node's log hold all of these.</summary>
    public async Task<int> CountAsync(uint node, params string[] parts)
    {
        using var file = new StreamReader(new FileStream(PathOf(node), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = (await file.ReadToEndAsync()).Split('\n');
        return lines.Count(line => parts.All(part => line.Contains(part, StringComparison.Ordinal)));
    }

    /// <summary>Waits until a node has logged a line that holds all of these.</summary>
    public Task SaysAsync(uint node, params string[] parts) =>
        Poll.UntilAsync($"node {node} logs: {string.Join(" … ", parts)}", async () => await CountAsync(node, parts) > 0);

    public void Dispose() => _folder.Dispose();

    private string PathOf(uint node) => _folder.File(string.Create(CultureInfo.InvariantCulture, $"node-{node}.log"));
}
