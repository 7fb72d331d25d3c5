using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Consensus.Client.Calls;
using Consensus.Client.Json;
using Consensus.Client.Members;
using Spectre.Console;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus member</c>: who belongs to the group.</summary>
internal static class MemberCommand
{
    /// <summary>Longer than a node waits by default (2 min): a member that joins has to catch up meanwhile.</summary>
    private const int ChangeTimeout = 130;

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) => new("member", "Lists, adds, promotes, moves and removes members.")
    {
        CreateList(terminal), CreateAdd(terminal), CreatePromote(terminal), CreateMove(terminal), CreateRemove(terminal),
    };

    /// <summary>Shows the members that a document lists.</summary>
    public static void Present(IAnsiConsole screen, JsonElement document)
    {
        var members = document.GetProperty("members").EnumerateArray().ToList();
        var table = new Table().AddColumns(members.Any(member => KeyOf(member).Length > 0) ? ["member", "address", "role", "public key"] : ["member", "address", "role"]);
        foreach (var member in members)
        {
            table.AddRow([member.GetProperty("id").ToString(), Markup.Escape(member.GetProperty("address").GetString()!), member.GetProperty("role").GetString()!, .. table.Columns.Count > 3 ? [KeyOf(member)] : (string[])[]]);
        }

        screen.Write(table);
        if (document.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number)
        {
            screen.WriteLine($"Version {version}.");
        }

        if (document.TryGetProperty("detail", out var detail))
        {
            screen.WriteLine(detail.GetString()!);
        }
    }

    /// <summary>What a member's signatures are checked with; nothing where no order needs to name it.</summary>
    private static string KeyOf(JsonElement member) => member.TryGetProperty("public_key", out var key) ? key.GetString()! : "";

    private static Command CreateList(Terminal terminal) => ClientOptions.Complete(
        new Command("list", "Lists the members."),
        terminal,
        async (call, cancellationToken) => call.Show(
            (await call.Client.GetAsync(MemberClient.Path, cancellationToken).ConfigureAwait(false)).OrFail().Json(), Present));

    private static Command CreateAdd(Terminal terminal)
    {
        var id = Number();
        var address = Address();
        var learner = new Option<bool>("--learner") { Description = "Let it receive the log without a vote. Otherwise it becomes a voter when it has caught up." };
        return CreateChange(new Command("add", "Adds a member.") { id, address, learner }, terminal, arguments => Post(
            new MemberChangeDocument(arguments.GetRequiredValue(id), arguments.GetRequiredValue(address), arguments.GetValue(learner) ? "add_learner" : "add_voter")));
    }

    private static Command CreatePromote(Terminal terminal)
    {
        var id = Number();
        var command = new Command("promote", "Gives a learner a vote, as soon as it has caught up.") { id };
        return CreateChange(command, terminal, arguments => Post(new MemberChangeDocument(arguments.GetRequiredValue(id), Address: null, "promote")));
    }

    private static Command CreateMove(Terminal terminal)
    {
        var id = Number();
        var address = Address();
        var command = new Command("move", "Tells the others that a member is reached at another address from now on.") { id, address };
        return CreateChange(command, terminal, arguments => Post(
            new MemberChangeDocument(arguments.GetRequiredValue(id), arguments.GetRequiredValue(address), "move")));
    }

    private static Command CreateRemove(Terminal terminal)
    {
        var id = Number();
        var command = new Command("remove", "Removes a member. A leader hands over first.") { id };
        return CreateChange(command, terminal, arguments => new ApiCall(HttpMethod.Delete, $"{MemberClient.Path}/{arguments.GetRequiredValue(id)}"));
    }

    private static Command CreateChange(Command command, Terminal terminal, Func<ParseResult, ApiCall> read)
    {
        var expected = new Option<ulong?>("--expect-version")
        {
            Description = "Change nothing if the membership has changed since this version, which 'member list' shows.",
            HelpName = "N",
            CustomParser = result => NumberInput.Read(result, "--expect-version", 0UL, ulong.MaxValue),
        };
        command.Add(expected);
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var change = read(call.Arguments);
            var version = call.Arguments.GetValue(expected) is { } number ? new LogIndex(number) : (LogIndex?)null;
            var answer = await call.Client.ChangeAsync(change with { Path = change.Path + MemberClient.Expecting(version) }, cancellationToken).ConfigureAwait(false);
            return call.Show(answer.OrFail().Json(), Present);
        }, ChangeTimeout);
    }

    private static ApiCall Post(MemberChangeDocument change) => new(HttpMethod.Post, MemberClient.Path)
    {
        Body = JsonSerializer.SerializeToUtf8Bytes(change, WireJson.Default.MemberChangeDocument),
        ContentType = ApiCall.Json,
    };

    private static Argument<string> Address() => new("address") { Description = "Where its transport listens, host:port." };

    private static Argument<uint> Number() => new("id")
    {
        Description = "The member's number, 1 or more; never given to another one.",
        CustomParser = result => NumberInput.Read(result, "id", 1U, uint.MaxValue),
    };
}
