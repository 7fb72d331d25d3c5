using System.CommandLine;
using Consensus.Cli.Output;
using Consensus.Client.Calls;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus policy</c>: what vetoes transitions of cases.</summary>
internal static class PolicyCommand
{
    private const string Path = "v1/policies";

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) => new("policy", "Puts policies in force, lists and removes them.")
    {
        DocumentPost.Create(terminal, "apply", "Puts a policy in force, in place of an earlier one with its name.", Path),
        RecordList.Create(terminal, Path, "Lists policies.", ["name", "case_prefix", "graph", "from", "to"]),
        CreateRemove(terminal),
    };

    private static Command CreateRemove(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "The policy." };
        var command = new Command("remove", "Takes a policy out of force.") { name };
        return ClientOptions.Complete(command, terminal, (call, cancellationToken) => WorkflowWrite.SendAsync(
            call, new ApiCall(HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(call.Arguments.GetRequiredValue(name))}"), cancellationToken), writes: true);
    }
}
