using System.Text.Json;

namespace Consensus.Cli.Output;

/// <summary>What is wrong with a JSON text, as an editor would say it: lines and bytes are counted from 1.</summary>
internal static class JsonComplaint
{
    /// <summary>The sentence for a failure of the JSON reader.</summary>
    public static string Of(JsonException exception)
    {
        if (exception.Message.StartsWith("The input does not contain any JSON tokens", StringComparison.Ordinal))
        {
            return "there is nothing in it.";
        }

        var place = exception.LineNumber is { } line && exception.BytePositionInLine is { } position
            ? $"line {line + 1}, byte {position + 1}: "
            : "";

        // The reader repeats the place behind its sentence, counted from 0.
        var end = exception.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return place + (end < 0 ? exception.Message : exception.Message[..end]);
    }
}
