using System.Runtime.CompilerServices;

namespace Consensus.Raft.Tests.Conversations;

/// <summary>
/// Each file in Data is a conversation among replicas, read like a protocol trace. <c>CONSENSUS_RECORD=1 dotnet test</c> writes what happens
/// into the files; the difference is then reviewed by eye.
/// </summary>
public sealed class ConversationTests
{
    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Data");

    private static IEnumerable<string> Names() =>
        Directory.EnumerateFiles(Path.Combine(TestContext.CurrentContext.TestDirectory, "Conversations", "Data"), "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void Goes_as_written(string name)
    {
        var written = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Conversations", "Data", $"{name}.txt")).ReplaceLineEndings("\n");
        using var script = new ConversationScript();
        var happened = script.Run(written);
        if (Environment.GetEnvironmentVariable("CONSENSUS_RECORD") == "1")
        {
            File.WriteAllText(Path.Combine(Folder(), $"{name}.txt"), happened);
        }
        else
        {
            Assert.That(happened, Is.EqualTo(written));
        }
    }
}
