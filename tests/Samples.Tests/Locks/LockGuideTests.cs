using System.Text.RegularExpressions;

namespace Consensus.Samples.Tests.Locks;

/// <summary>docs/writing-a-state-machine.md shows the code that is compiled, tested and run here.</summary>
[TestFixture]
public sealed partial class LockGuideTests
{
    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "Data");

    [Test]
    public void Each_piece_of_code_in_the_guide_stands_in_the_sample_as_it_is()
    {
        var guide = File.ReadAllText(Path.Combine(Data, "writing-a-state-machine.md"));
        string[] sources = [.. Directory.GetFiles(Path.Combine(Data, "Locks"), "*.cs").Select(file => Unindented(File.ReadAllText(file)))];
        string[] pieces = [.. CodeBlocks().Matches(guide).Select(block => Unindented(block.Groups["code"].Value))];
        Assert.That(pieces, Has.Length.GreaterThan(5));
        Assert.That(pieces.Where(piece => !sources.Any(source => source.Contains(piece, StringComparison.Ordinal))), Is.Empty);
    }

    /// <summary>A guide shows members without the indentation that they have in their class.</summary>
    private static string Unindented(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeBlocks();
}
