using System.Text.RegularExpressions;

namespace Consensus.Architecture.Tests;

/// <summary>What a reader may rely on: a README in each folder, files that fit in a head, nothing unfinished.</summary>
public sealed partial class TidinessTests
{
    private const int LinesMax = 500;

    [TestCaseSource(typeof(Repository), nameof(Repository.Projects))]
    public void Each_project_has_a_README(string project) => Assert.That(Path.Combine(Repository.Root, "src", project, "README.md"), Does.Exist);

    [Test]
    public void Files_fit_in_a_head()
    {
        var tooLong = Repository.Files("src", ".cs").Where(path => Repository.Read(path).Split('\n').Length > LinesMax);
        Assert.That(tooLong, Is.Empty, $"more than {LinesMax} lines");
    }

    [Test]
    public void Nothing_is_left_unfinished()
    {
        var unfinished = Repository.Files("src", ".cs").Concat(Repository.Files("tests", ".cs")).Concat(Repository.Files("samples", ".cs"))
            .Where(path => !path.EndsWith("TidinessTests.cs", StringComparison.Ordinal) && Unfinished().IsMatch(Repository.Read(path)));
        Assert.That(unfinished, Is.Empty);
    }

    [Test]
    public void No_method_is_async_void()
    {
        var found = Repository.Files("src", ".cs").Where(path => Repository.Read(path).Contains("async void ", StringComparison.Ordinal));
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Every_package_is_explained()
    {
        var explained = Repository.Read("docs/dependencies.md");
        var packages = PackageName().Matches(Repository.Read("Directory.Packages.props")).Select(match => match.Groups["name"].Value);
        Assert.That(packages.Where(package => !explained.Contains($"`{package}`", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Consensus.Framework.sln").Replace('\\', '/');
        var projects = Repository.Files("src", ".csproj").Concat(Repository.Files("tests", ".csproj")).Concat(Repository.Files("bench", ".csproj")).Concat(Repository.Files("samples", ".csproj"));
        Assert.That(projects.Where(path => !solution.Contains(path, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Links_between_documents_lead_somewhere()
    {
        var broken =
            from path in Repository.Files(".", ".md")
            from Match link in RelativeLink().Matches(Repository.Read(path))
            let target = Path.Combine(Repository.Root, Path.GetDirectoryName(path)!, link.Groups["target"].Value)
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{path}: {link.Groups["target"].Value}";
        Assert.That(broken, Is.Empty);
    }

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b", RegexOptions.None, 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex("<(?:Global)?Package(?:Version|Reference) Include=\"(?<name>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PackageName();

    [GeneratedRegex(@"\]\((?!https?:|#)(?<target>[^)#]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RelativeLink();
}
