namespace Consensus.Architecture.Tests;

/// <summary>The arrows between projects point one way (docs/architecture.md). A new project is entered here first.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Abstractions"] = [],
        ["Serialization"] = [],
        ["Configuration"] = ["Abstractions"],
        ["Client"] = ["Abstractions", "Configuration", "Serialization", "Cryptography"],
        ["Cryptography"] = ["Abstractions", "Serialization"],
        ["Engine"] = ["Abstractions", "Serialization", "Cryptography"],
        ["Byzantine"] = ["Abstractions", "Serialization", "Cryptography", "Engine"],
        ["Gossip"] = ["Abstractions", "Serialization", "Cryptography", "Engine"],
        ["HotStuff"] = ["Abstractions", "Serialization", "Cryptography", "Engine", "Byzantine"],
        ["Hybrid"] = ["Abstractions", "Serialization", "Cryptography", "Engine", "Byzantine", "Raft", "Pbft", "HotStuff"],
        ["Pbft"] = ["Abstractions", "Serialization", "Cryptography", "Engine", "Byzantine"],
        ["Raft"] = ["Abstractions", "Serialization", "Cryptography", "Engine"],
        ["Replication"] = ["Abstractions", "Serialization", "Cryptography", "Engine"],
        ["Storage"] = ["Abstractions", "Serialization", "Cryptography", "Engine"],
        ["Swarm"] = ["Abstractions", "Serialization", "Cryptography", "Engine", "Gossip", "Storage", "Transport"],
        ["Transport"] = ["Abstractions", "Serialization", "Cryptography", "Engine"],
        ["Simulation"] = ["Abstractions", "Serialization", "Cryptography", "Engine", "Byzantine", "Gossip", "Raft", "Pbft", "HotStuff", "Hybrid", "Replication", "Storage"],
        ["Hosting"] = ["Abstractions", "Serialization", "Cryptography", "Engine", "Byzantine", "Raft", "Pbft", "HotStuff", "Hybrid", "Replication", "Storage", "Transport", "Configuration"],
        ["AspNetCore"] = ["Abstractions", "Engine", "Replication", "Hosting", "Swarm"],
        ["Cli"] = ["Abstractions", "Serialization", "Cryptography", "Engine", "Byzantine", "Gossip", "Raft", "Pbft", "HotStuff", "Hybrid", "Replication", "Storage", "Transport", "Swarm", "Simulation", "Configuration", "Hosting", "AspNetCore", "Client"],
    };

    /// <summary>The projects whose code decides what a replica does: the same inputs must give the same outputs on every machine.</summary>
    private static readonly string[] Deterministic = ["Abstractions", "Serialization", "Cryptography", "Byzantine", "Gossip", "Raft", "Pbft", "HotStuff", "Hybrid", "Replication"];

    [TestCaseSource(typeof(Repository), nameof(Repository.Projects))]
    public void A_project_knows_only_those_below_it(string project)
    {
        Assert.That(Allowed, Does.ContainKey(project), "a new project is entered in the table, with what it may know");
        var references = Repository.LoadProject(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileName(Path.GetDirectoryName(reference.Attribute("Include")!.Value.Replace('\\', '/')))!);
        Assert.That(references, Is.SubsetOf(Allowed[project]));
    }

    [TestCaseSource(typeof(Repository), nameof(Repository.Projects))]
    public void What_is_allowed_forms_no_circle(string project) => Assert.That(Reachable(project), Has.None.EqualTo(project));

    [Test]
    public void Abstractions_and_cores_need_no_package_at_run_time()
    {
        foreach (var project in Deterministic.Append("Engine"))
        {
            var packages = Repository.LoadProject(project).Descendants("PackageReference")
                .Where(reference => reference.Attribute("PrivateAssets")?.Value != "all")
                .Select(reference => reference.Attribute("Include")!.Value);
            Assert.That(packages, Is.Empty, project);
        }
    }

    [TestCaseSource(nameof(Deterministic))]
    public void A_deterministic_project_is_built_with_the_banned_symbols(string project)
    {
        var imports = Repository.LoadProject(project).Descendants("Import").Select(import => import.Attribute("Project")!.Value);
        Assert.That(imports, Has.Some.EqualTo("../DeterministicCore.props"));
    }

    [TestCase("System.DateTime")]
    [TestCase("System.Diagnostics.Stopwatch")]
    [TestCase("System.Random")]
    [TestCase("System.Guid.NewGuid")]
    [TestCase("System.String.GetHashCode")]
    [TestCase("System.Threading.Tasks.Task")]
    [TestCase("System.Threading.Timer")]
    [TestCase("System.Threading.Tasks.Parallel")]
    [TestCase("System.Threading.Thread")]
    public void What_would_make_a_core_differ_from_run_to_run_is_banned(string symbol) =>
        Assert.That(Repository.Read("src/BannedSymbols.Core.txt").Split('\n').Select(line => line.Split(';')[0]), Has.Some.EndsWith($":{symbol}"));

    [Test]
    public void The_banned_symbols_are_an_error_and_not_silenced()
    {
        var silenced = Repository.Files("src", ".cs").Where(path => Repository.Read(path).Contains("RS0030", StringComparison.Ordinal));
        var settings = Repository.Files("src", ".editorconfig").Append(".editorconfig").Where(path => Repository.Read(path).Contains("RS0030", StringComparison.Ordinal));
        Assert.That(silenced.Concat(settings).Where(path => !DeterminismExceptions.Contains(path)), Is.Empty);
    }

    /// <summary>Files of deterministic projects that may use a banned symbol, each with its reason in the file.</summary>
    private static readonly string[] DeterminismExceptions = [];

    private static HashSet<string> Reachable(string project)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(Allowed.GetValueOrDefault(project, []));
        while (open.TryPop(out var next))
        {
            if (reached.Add(next))
            {
                Array.ForEach(Allowed.GetValueOrDefault(next, []), open.Push);
            }
        }

        return reached;
    }
}
