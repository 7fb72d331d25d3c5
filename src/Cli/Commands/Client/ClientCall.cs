using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Spectre.Console;

namespace Consensus.Cli.Commands.Client;

/// <summary>One call of a command that talks to a node.</summary>
/// <param name="Client">Talks to the cluster.</param>
/// <param name="Arguments">What was given on the command line.</param>
/// <param name="Report">Where the result goes.</param>
internal sealed record ClientCall(ApiClient Client, ParseResult Arguments, Report Report)
{
    /// <summary>Reports a document of the API: as it is to a program, as <paramref name="present"/> likes it to a person.</summary>
    /// <returns>The exit code.</returns>
    public int Show(JsonElement document, Action<IAnsiConsole, JsonElement> present)
    {
        Report.Write(document, ClientJson.Default.JsonElement, present);
        return ExitCode.Done;
    }

    /// <summary>Reports a document of the API with a line for people.</summary>
    /// <returns>The exit code.</returns>
    public int Show(JsonElement document, string line) => Show(document, (screen, _) => screen.Profile.Out.Writer.WriteLine(line));
}
