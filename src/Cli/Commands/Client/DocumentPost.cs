using System.CommandLine;
using Consensus.Cli.Output;

namespace Consensus.Cli.Commands.Client;

/// <summary>A command that sends a JSON document from a file.</summary>
internal static class DocumentPost
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal, string name, string description, string path)
    {
        var file = new Argument<string>("file") { Description = "The JSON document as the API takes it; - is standard input." };
        var command = new Command(name, description) { file };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var body = await JsonSource.ReadAsync(call.Arguments.GetRequiredValue(file), cancellationToken).ConfigureAwait(false);
            return await WorkflowWrite.SendAsync(call, path, body, cancellationToken).ConfigureAwait(false);
        }, writes: true);
    }
}
