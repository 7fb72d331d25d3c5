namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>The program of <c>tests/Adversary</c>, as a <see cref="RealClusterOptions.Launcher"/> that takes the place of the node's own.</summary>
internal static class AdversaryProgram
{
    /// <summary>What starts it; what follows on the command line is for a node, and has the configuration.</summary>
    public static IReadOnlyList<string> Launcher { get; } = ["dotnet", "exec", FindAssembly()];

    /// <summary>Built beside this project, in the same configuration and for the same framework.</summary>
    private static string FindAssembly()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var configuration = framework.Parent!;
        var tests = configuration.Parent!.Parent!.Parent!;
        return Path.Combine(tests.FullName, "Adversary", "bin", configuration.Name, framework.Name, "Consensus.Adversary.dll");
    }
}
