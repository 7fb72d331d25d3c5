using System.Globalization;
using System.Text.Json;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>
/// Reads an exported history as somebody would who knows nothing but its format, and checks the rules of the format while it does: an invoke and then its
/// end for each process in turn, none after an <c>info</c>, times that do not go back.
/// </summary>
internal static class JepsenFile
{
    private static readonly string[] Fields = ["process", "type", "f", "key", "value", "time"];

    /// <summary>The calls of each key; those that failed are left out, because they have had no effect.</summary>
    public static SortedDictionary<string, List<RegisterCall>> Read(string text)
    {
        var calls = new SortedDictionary<string, List<RegisterCall>>(StringComparer.Ordinal);
        var open = new Dictionary<int, (string Function, string Key, string Value, int Line)>();
        var ended = new HashSet<int>();
        var before = 0L;
        var number = 0;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            Assert.That(json.EnumerateObject().Select(field => field.Name), Is.EqualTo(Fields));
            var process = json.GetProperty("process").GetInt32();
            var type = json.GetProperty("type").GetString()!;
            var function = json.GetProperty("f").GetString()!;
            var key = json.GetProperty("key").GetString()!;
            var value = json.GetProperty("value").GetRawText();
            var time = json.GetProperty("time").GetInt64();
            Assert.That(time, Is.GreaterThanOrEqualTo(before), $"line {number}: time goes back");
            Assert.That(ended, Has.No.Member(process), $"line {number}: a process after its info");
            before = time;
            if (type == "invoke")
            {
                open.Add(process, (function, key, value, number));
                continue;
            }

            Assert.That(open.Remove(process, out var invoked), $"line {number}: an end without its invoke");
            Assert.That((invoked.Function, invoked.Key), Is.EqualTo((function, key)), $"line {number}");
            Assert.That(function == "read" || invoked.Value == value, $"line {number}: another value than at line {invoked.Line}");
            if (type == "info")
            {
                ended.Add(process);
            }

            if (type != "fail")
            {
                calls.TryAdd(key, []);
                calls[key].Add(Call(function, value, type, invoked.Line, number));
            }
        }

        Assert.That(open, Is.Empty, "invokes without an end");
        return calls;
    }

    private static RegisterCall Call(string function, string value, string type, int from, int to)
    {
        Assert.That(type, Is.AnyOf("ok", "info"));
        var numbers = value.Trim('[', ']').Split(',').Select(Number).ToArray();
        RegisterCall call = function switch
        {
            "read" => RegisterScript.Read(numbers[0], from, to),
            "write" => RegisterScript.Write(numbers[0], from, to),
            "cas" => RegisterScript.Swap(numbers[0], numbers[1], from, to),
            _ => throw new AssertionException($"f is {function}"),
        };
        return type == "ok" ? call : call with { Outcome = CallOutcome.Unknown, Completed = RegisterCall.Never };
    }

    private static long? Number(string text) => text == "null" ? null : long.Parse(text, CultureInfo.InvariantCulture);
}
