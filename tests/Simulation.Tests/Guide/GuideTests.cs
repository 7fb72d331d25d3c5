using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Consensus.Simulation.Tests.Guide;

/// <summary>The guide shows code that is compiled and tested.</summary>
public sealed partial class GuideTests
{
    [Test]
    public void Every_line_of_code_in_the_guide_stands_in_its_sample()
    {
        var folder = Folder();
        var guide = File.ReadAllText(Path.Join(folder, "..", "..", "..", "docs", "test-your-state-machine.md"));
        var sample = Directory.GetFiles(folder, "Ticket*.cs").SelectMany(File.ReadLines).Select(line => line.Trim()).ToHashSet(StringComparer.Ordinal);
        var shown = CodeBlocks().Matches(guide).SelectMany(block => block.Groups["code"].Value.Split('\n')).Select(line => line.Trim()).ToArray();
        Assert.That(shown, Has.Length.GreaterThan(10));
        Assert.That(shown.Where(line => !sample.Contains(line)), Is.Empty);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeBlocks();
}
