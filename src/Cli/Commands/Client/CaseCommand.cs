using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Spectre.Console;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus case</c>: the cases of the workflow machine.</summary>
internal static class CaseCommand
{
    private const string Path = "v1/cases";

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) => new("case", "Opens cases, moves them and shows them.")
    {
        CreateCreate(terminal), CreateState(terminal), CreateShow(terminal), RecordList.Create(terminal, Path, "Lists cases.", ["id", "graph", "state", "revision"]),
    };

    private static Command CreateCreate(Terminal terminal)
    {
        var id = Id();
        var graph = new Option<string?>("--graph") { Description = "A file with the case's state graph as JSON; - is standard input.", HelpName = "FILE" };
        var deployed = new Option<string?>("--deployed") { Description = "The name of a deployed state graph.", HelpName = "NAME" };
        var properties = PropertyArguments.Set("A first property.");
        var command = new Command("create", "Opens a case, with a state graph of its own or a deployed one.") { id, graph, deployed, properties };
        command.Validators.Add(result =>
        {
            if (result.GetValue(graph) is null == result.GetValue(deployed) is null)
            {
                result.AddError("Give either --graph FILE or --deployed NAME.");
            }
        });
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var body = new JsonObject { ["id"] = call.Arguments.GetRequiredValue(id) };
            if (call.Arguments.GetValue(graph) is { } file)
            {
                body["graph"] = await JsonSource.ReadAsync(file, cancellationToken).ConfigureAwait(false);
            }

            if (call.Arguments.GetValue(deployed) is { } name)
            {
                body["deployed_graph"] = name;
            }

            body["properties"] = PropertyArguments.Read(call.Arguments.GetValue(properties) ?? [], []);
            return await WorkflowWrite.SendAsync(call, Path, body, cancellationToken).ConfigureAwait(false);
        }, writes: true);
    }

    private static Command CreateState(Terminal terminal)
    {
        var id = Id();
        var to = new Argument<string>("to") { Description = "The state to enter." };
        var set = PropertyArguments.Set("A property to set with it.");
        var remove = new Option<string[]>("--remove") { Description = "A property to remove with it.", HelpName = "NAME" };
        var revision = new Option<ulong?>("--revision")
        {
            Description = "The revision that the case must have.",
            HelpName = "N",
            CustomParser = result => NumberInput.Read(result, "--revision", 1UL, ulong.MaxValue),
        };
        var command = new Command("state", "Moves a case to another state.") { id, to, set, remove, revision };
        return ClientOptions.Complete(command, terminal, (call, cancellationToken) =>
        {
            var body = new JsonObject
            {
                ["to"] = call.Arguments.GetRequiredValue(to),
                ["properties"] = PropertyArguments.Read(call.Arguments.GetValue(set) ?? [], call.Arguments.GetValue(remove) ?? []),
                ["expected_revision"] = call.Arguments.GetValue(revision),
            };
            return WorkflowWrite.SendAsync(call, $"{Path}/{Uri.EscapeDataString(call.Arguments.GetRequiredValue(id))}/state", body, cancellationToken);
        }, writes: true);
    }

    private static Command CreateShow(Terminal terminal)
    {
        var id = Id();
        var command = new Command("show", "Shows a case.") { id };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var path = $"{Path}/{Uri.EscapeDataString(call.Arguments.GetRequiredValue(id))}";
            var answer = await call.Client.GetAsync(path, cancellationToken).ConfigureAwait(false);
            return call.Show(answer.OrFail().Json(), Present);
        });
    }

    private static void Present(IAnsiConsole screen, JsonElement found)
    {
        var table = new Table().HideHeaders().AddColumns("", "");
        foreach (var member in found.EnumerateObject().Where(member => member.Name != "properties"))
        {
            table.AddRow(member.Name.Replace('_', ' '), Markup.Escape(Cell.Of(member.Value)));
        }

        foreach (var property in found.GetProperty("properties").EnumerateObject())
        {
            table.AddRow(Markup.Escape($"property {property.Name}"), Markup.Escape(Cell.Of(property.Value)));
        }

        screen.Write(table);
    }

    private static Argument<string> Id() => new("id") { Description = "The case's id." };
}
