using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

[TestFixture]
public sealed class RunConfigurationTests
{
    [Test]
    public async Task All_problems_of_a_configuration_are_listed_at_once()
    {
        using var folder = new TestFolder();
        var file = folder.File("node.json");
        await File.WriteAllTextAsync(file, """{ "Consensus": { "Node": 0, "Cluster": "zz", "Algorithm": "paxos", "Http": { "Listen": "nowhere" } } }""");

        var run = await ToolRun.OfAsync("run", "--config", file);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Error);
        Assert.That(run.Error, Does.Contain("Consensus:Http:Listen is \"nowhere\""));
        Assert.That(run.Error, Does.Contain("Cluster"));
        Assert.That(run.Error, Does.Contain("paxos"));
        Assert.That(run.Error, Does.Contain("Members"));
    }

    [TestCase("{ nonsense", "node.json")]
    [TestCase("{}", "no section \"Consensus\"")]
    public async Task A_file_that_is_no_configuration_is_wrong_usage(string content, string complaint)
    {
        using var folder = new TestFolder();
        var file = folder.File("node.json");
        await File.WriteAllTextAsync(file, content);

        var run = await ToolRun.OfAsync("run", "--config", file);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(complaint));
    }

    [Test]
    public async Task A_node_whose_data_folder_has_gone_does_not_start_over()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1");
        Directory.Delete(folder.File("node-1"), recursive: true);

        var run = await ToolRun.OfAsync("run", "--config", folder.File("node-1.json"));

        // The path may be wrong as well: that is for the caller to correct.
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(folder.File("node-1")));
    }

    [Test]
    public async Task A_damaged_data_folder_fails_with_its_name()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1");
        foreach (var segment in Directory.GetFiles(Path.Combine(folder.File("node-1"), "log")))
        {
            await File.WriteAllBytesAsync(segment, [.. Enumerable.Repeat((byte)0xA5, 8192)]);
        }

        var run = await ToolRun.OfAsync("run", "--config", folder.File("node-1.json"));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Error, Does.Contain(folder.File("node-1")));
    }
}
