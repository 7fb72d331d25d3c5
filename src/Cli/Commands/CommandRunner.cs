using System.CommandLine;
using Consensus.Cli.Output;
using Microsoft.Extensions.Options;

namespace Consensus.Cli.Commands;

/// <summary>Runs a command's work and turns what goes wrong into a message and an exit code.</summary>
internal static class CommandRunner
{
    /// <summary>Gives a command its work.</summary>
    /// <param name="command">The command.</param>
    /// <param name="terminal">Where it writes.</param>
    /// <param name="work">Does it, and returns the exit code.</param>
    public static void Does(this Command command, Terminal terminal, Func<ParseResult, Report, CancellationToken, Task<int>> work) =>
        command.SetAction((arguments, cancellationToken) =>
            RunAsync(work, arguments, new Report(terminal, arguments.GetValue(CommonOptions.Json)), cancellationToken));

    private static async Task<int> RunAsync(
        Func<ParseResult, Report, CancellationToken, Task<int>> work, ParseResult arguments, Report report, CancellationToken cancellationToken)
    {
        try
        {
            return await work(arguments, report, cancellationToken).ConfigureAwait(false);
        }
        catch (UsageException exception)
        {
            report.Fail(exception.Message);
            return ExitCode.Usage;
        }
        catch (OptionsValidationException exception)
        {
            report.Fail(string.Join(Environment.NewLine, exception.Failures));
            return ExitCode.Usage;
        }
        catch (ConsensusException exception)
        {
            report.Fail(exception.Message);

            // Data of another node, or of a newer version, is not damaged: the caller has named the wrong folder, or started the wrong program.
            return exception.Reason is ConsensusFailure.InvalidConfiguration or ConsensusFailure.StorageForeign ? ExitCode.Usage : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            report.Fail("Interrupted.");
            return ExitCode.Failed;
        }
        catch (Exception exception) when (exception is CommandFailedException or IOException or UnauthorizedAccessException)
        {
            report.Fail(exception.Message);
            return ExitCode.Failed;
        }
    }
}
