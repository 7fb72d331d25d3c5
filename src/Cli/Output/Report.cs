using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Consensus.Cli.Output;

/// <summary>One command's way of saying what came out: one JSON object for programs, or a picture for people.</summary>
internal sealed class Report(Terminal terminal, bool isJson)
{
    /// <summary>Where it is written.</summary>
    public Terminal Terminal { get; } = terminal;

    /// <summary>Whether a program reads standard output: nothing but the result may be written there.</summary>
    public bool IsJson { get; } = isJson;

    /// <summary>Writes the result. Called once in each run of the tool.</summary>
    /// <param name="result">What came out.</param>
    /// <param name="type">How it is written as JSON.</param>
    /// <param name="present">Shows it to a person.</param>
    public void Write<T>(T result, JsonTypeInfo<T> type, Action<IAnsiConsole, T> present)
    {
        if (IsJson)
        {
            Terminal.Output.WriteLine(JsonSerializer.Serialize(result, type));
        }
        else
        {
            present(Terminal.Screen, result);
        }
    }

    /// <summary>Says what is going on, to standard error.</summary>
    public void Progress(string line) => Terminal.Error.WriteLine(line);

    /// <summary>Says why there is no result.</summary>
    public void Fail(string message)
    {
        Terminal.Error.WriteLine(message);
        if (IsJson)
        {
            Terminal.Output.WriteLine(JsonSerializer.Serialize(new FailureReport(message), ToolJson.Default.FailureReport));
        }
    }
}
