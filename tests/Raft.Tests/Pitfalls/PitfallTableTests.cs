using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Consensus.Raft.Tests.Pitfalls;

/// <summary>The README's table of pitfalls is complete, and what it names is there.</summary>
public sealed partial class PitfallTableTests
{
    private const int Pitfalls = 47;

    private static string Tests([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));

    private static string Conversations => Path.Combine(Tests(), "Raft.Tests", "Conversations", "Data");

    private static Dictionary<int, string> Rows() =>
        File.ReadLines(Path.Combine(Tests(), "Raft.Tests", "README.md"))
            .Select(line => Row().Match(line))
            .Where(match => match.Success)
            .ToDictionary(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match => match.Groups[2].Value);

    [Test]
    public void Every_pitfall_is_in_the_table() => Assert.That(Rows().Keys, Is.EquivalentTo(Enumerable.Range(1, Pitfalls)));

    [Test]
    public void Every_row_names_tests_that_exist([Range(1, Pitfalls)] int pitfall)
    {
        var names = Quoted().Matches(Rows()[pitfall]).Select(match => match.Groups[1].Value).ToArray();
        Assert.That(names, Is.Not.Empty);
        var source = "";
        foreach (var name in names)
        {
            if (name.StartsWith('r'))
            {
                Assert.That(File.Exists(Path.Combine(Conversations, $"{name}.txt")), Is.True, $"the conversation {name}");
                Assert.That(name, Does.StartWith($"r{pitfall:00}-"));
            }
            else if (name.EndsWith(".cs", StringComparison.Ordinal))
            {
                source = File.ReadAllText(Path.Combine(Tests(), name));
            }
            else
            {
                Assert.That(source, Does.Match($@"\b{name}\("), $"the test {name}");
            }
        }
    }

    [Test]
    public void Every_conversation_about_a_pitfall_is_in_the_table()
    {
        var named = Rows().Values.SelectMany(row => Quoted().Matches(row)).Select(match => match.Groups[1].Value);
        var written = Directory.EnumerateFiles(Conversations, "r*.txt").Select(path => Path.GetFileNameWithoutExtension(path)!);
        Assert.That(written, Is.SubsetOf(named));
    }

    [GeneratedRegex(@"^\| R(\d+) \|[^|]*\|(.*)\|$")]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
