using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Consensus.Cli.Output;

/// <summary>One command's way of saying what came out: one JSON object for programs, or a picture for people.</summary>
internal sealed class Report(Terminal terminal, bool isJson)
{
    // The default escapes what could break out of a web page, quotes and all letters but ASCII; this goes to consoles and files.
    private static readonly JsonWriterOptions ForConsoles = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
            WriteLine(result, type);
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
            WriteLine(new FailureReport(message), ToolJson.Default.FailureReport);
        }
    }

    private void WriteLine<T>(T result, JsonTypeInfo<T> type)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, ForConsoles))
        {
            JsonSerializer.Serialize(writer, result, type);
        }

        Terminal.Output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }
}
