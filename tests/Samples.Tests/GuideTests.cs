namespace Consensus.Samples.Tests;

/// <summary>The embedding guide shows what is compiled and run here.</summary>
[TestFixture]
public sealed class GuideTests
{
    private static readonly string Guide = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "README.md"));

    [Test]
    public void The_guides_program_is_the_one_that_is_compiled() =>
        Assert.That(Guide, Does.Contain($"```csharp\n{File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "Quickstart.cs"))}```\n"));

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void The_guides_configurations_are_those_of_the_sample(int node)
    {
        var file = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", $"node-{node}.json"));
        var shown = Guide.Split("<<EOF\n")[1].Split("EOF\n")[0].Replace("$n", $"{node}", StringComparison.Ordinal);
        Assert.That(shown, Is.EqualTo(file));
    }
}
