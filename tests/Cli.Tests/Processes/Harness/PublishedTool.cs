using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>
/// The tool as <c>dotnet publish</c> makes it for a machine without .NET, trimmed. It is built aside, so that nothing that other tests run is touched.
/// </summary>
internal static class PublishedTool
{
    /// <summary>What the compiler and the trimmer have to say is an error: publishing fails. The analyzers have had their say in the build.</summary>
    private static readonly string[] Options =
    [
        "-c", "Release", "--self-contained", "-p:PublishTrimmed=true", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "--disable-build-servers", "--nologo",
    ];

    /// <summary>Messages of a restore that has no registry to ask.</summary>
    private static readonly string[] OutOfReach = ["NU1101", "NU1301", "NU1102"];

    /// <summary>Publishes the tool into a folder.</summary>
    /// <returns>The path of the program.</returns>
    /// <exception cref="IgnoreException">The runtime to publish with cannot be restored here.</exception>
    public static async Task<string> PublishAsync(string folder, string runtime, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "publish", Path.Combine(Here(), "..", "..", "..", "..", "src", "Cli"), "-r", runtime, "--artifacts-path", Path.Combine(folder, "build"), "-o", Path.Combine(folder, "tool"),
            .. Options,
        ];
        var (code, output, error) = await RunAsync("dotnet", arguments, cancellationToken);
        if (code != 0 && Array.Find(OutOfReach, output.Contains) is { } reason)
        {
            Assert.Ignore($"What {runtime} needs cannot be restored here ({reason}).");
        }

        Assert.That(code, Is.Zero, output + error);
        return Path.Combine(folder, "tool", "consensus");
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
