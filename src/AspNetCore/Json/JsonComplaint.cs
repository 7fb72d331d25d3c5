using System.Text.Json;
using System.Text.RegularExpressions;

namespace Consensus.AspNetCore.Json;

/// <summary>What is wrong with a JSON body, in the terms of JSON: the reader names types of .NET, which mean nothing to a client.</summary>
internal static partial class JsonComplaint
{
    /// <summary>The sentence for a failure of the JSON reader, with the place counted from 1.</summary>
    public static string Of(JsonException exception)
    {
        var path = exception.Path is null or "$" ? "" : $"at {exception.Path}, ";
        var place = exception.LineNumber is { } line && exception.BytePositionInLine is { } position
            ? $"{path}line {line + 1}, byte {position + 1}: "
            : path;
        return place + What(exception.Message);
    }

    private static string What(string message)
    {
        if (Missing().Match(message) is { Success: true } missing)
        {
            return $"these members are missing: {missing.Groups["names"].Value}.";
        }

        if (Unknown().Match(message) is { Success: true } unknown)
        {
            return $"'{unknown.Groups["name"].Value}' is not a known member.";
        }

        if (Repeated().Match(message) is { Success: true } repeated)
        {
            return $"'{repeated.Groups["name"].Value}' is there twice.";
        }

        var end = PlaceOf(message);
        var sentence = end < 0 ? message : message[..end];
        return NamesTypes().IsMatch(sentence) ? "the value has another type than is expected here, or is out of its range." : sentence;
    }

    /// <summary>Where the reader repeats the place, counted from 0.</summary>
    private static int PlaceOf(string message)
    {
        var path = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return path >= 0 ? path : message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"missing required properties including: (?<names>.+?)\.(?: Path: | LineNumber: |$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Missing();

    [GeneratedRegex(@"^The JSON property '(?<name>.*?)' could not be mapped", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"^Duplicate property '(?<name>.*?)' encountered", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Repeated();

    [GeneratedRegex(@"could not be converted|System\.|Consensus\.|\.NET", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamesTypes();
}
