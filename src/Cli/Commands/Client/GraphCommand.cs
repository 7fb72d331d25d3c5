using System.CommandLine;
using System.Text.Json.Nodes;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Consensus.Client.Calls;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus graph</c>: the state graphs that cases can be created with by name.</summary>
internal static class GraphCommand
{
    private const string Path = "v1/graphs";

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) => new("graph", "Deploys state graphs, shows, lists and removes them.")
    {
        CreateDefine(terminal),
        CreateShow(terminal),
        RecordList.Create(terminal, Path, "Lists deployed graphs.", ["name", "states", "initial", "final"]),
        CreateRemove(terminal),
    };

    private static Command CreateDefine(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "The state graph as JSON; - is standard input." };
        var command = new Command("define", "Deploys a state graph under its name, in place of an earlier one; cases keep theirs.") { file };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var source = call.Arguments.GetRequiredValue(file);
            var graph = await JsonSource.ReadAsync(source, cancellationToken).ConfigureAwait(false);
            if (graph is not JsonObject members || members["name"] is not JsonValue value || !value.TryGetValue<string>(out var name) || name.Length == 0)
            {
                throw new UsageException($"'{source}' is no state graph: it must be a JSON object whose \"name\" is a text.");
            }

            return await WorkflowWrite.SendAsync(call, HttpMethod.Put, PathOf(name), graph, cancellationToken).ConfigureAwait(false);
        }, writes: true);
    }

    private static Command CreateShow(Terminal terminal)
    {
        var name = Name();
        var command = new Command("show", "Shows a deployed graph as JSON.") { name };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var answer = await call.Client.GetAsync(PathOf(call.Arguments.GetRequiredValue(name)), cancellationToken).ConfigureAwait(false);
            var graph = answer.OrFail().Json();
            return call.Show(graph, graph.GetRawText());
        });
    }

    private static Command CreateRemove(Terminal terminal)
    {
        var name = Name();
        var command = new Command("remove", "Takes a deployed graph away; cases that have it keep it.") { name };
        return ClientOptions.Complete(command, terminal, (call, cancellationToken) => WorkflowWrite.SendAsync(
            call, new ApiCall(HttpMethod.Delete, PathOf(call.Arguments.GetRequiredValue(name))), cancellationToken), writes: true);
    }

    private static string PathOf(string name) => $"{Path}/{Uri.EscapeDataString(name)}";

    private static Argument<string> Name() => new("name") { Description = "The graph." };
}
