using Consensus.Cli.Output;

namespace Consensus.Cli.Tests.Support;

/// <summary>One call of the tool within the test's process.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    public static async Task<ToolRun> OfAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await ConsensusTool.RunAsync(arguments, new Terminal(output, error, isInteractive: false)).ConfigureAwait(false);
        return new ToolRun(exitCode, output.ToString(), error.ToString());
    }
}
