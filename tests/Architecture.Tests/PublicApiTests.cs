using System.Reflection;

namespace Consensus.Architecture.Tests;

/// <summary>
/// What users see is what was agreed on: the public API of each project as text. After a change that is meant,
/// <c>CONSENSUS_RECORD=1 dotnet test</c> writes the new text, and the difference is reviewed.
/// </summary>
public sealed class PublicApiTests
{
    private static IEnumerable<string> Libraries => Repository.Projects.Where(project => project != "Cli");

    [TestCaseSource(nameof(Libraries))]
    public void The_public_API_is_the_approved_one(string project)
    {
        var approvedFile = Path.Combine(Repository.Root, "tests", "Architecture.Tests", "Approved", $"{project}.txt");
        var actual = PublicApi.Of(Assembly.Load(new AssemblyName($"Consensus.{project}")));
        if (Environment.GetEnvironmentVariable("CONSENSUS_RECORD") == "1")
        {
            File.WriteAllText(approvedFile, actual);
        }

        Assert.That(approvedFile, Does.Exist, "recorded with CONSENSUS_RECORD=1");
        Assert.That(actual, Is.EqualTo(File.ReadAllText(approvedFile).ReplaceLineEndings("\n")));
    }
}
