using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Consensus.Cli.Nodes;
using Consensus.Cli.Output;

namespace Consensus.Cli.Simulate;

/// <summary>Runs seeds in several processes, each of which takes every so-manieth: a heap of its own costs less than one that all wait for.</summary>
internal static class SeedProcesses
{
    private const int SeedsWorthProfiling = 100;

    /// <summary>What came out of each seed, as it comes.</summary>
    /// <exception cref="CommandFailedException">A process ended without having run all of its seeds.</exception>
    public static async IAsyncEnumerable<SeedResult> RunAsync(SimulateOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var results = Channel.CreateUnbounded<SeedResult>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var all = RunAllAsync(options, results.Writer, stop.Token);
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return result;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await all.ConfigureAwait(false);
        }
    }

    private static async Task RunAllAsync(SimulateOptions options, ChannelWriter<SeedResult> results, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, options.Jobs).Select(job => RunOneAsync(options, job, results, cancellationToken))).ConfigureAwait(false);
            results.Complete();
        }
        catch (Exception exception)
        {
            // Whoever reads the results gets it.
            results.Complete(exception);
        }
    }

    private static async Task RunOneAsync(SimulateOptions options, int job, ChannelWriter<SeedResult> results, CancellationToken cancellationToken)
    {
        var seeds = new SeedShare(job, options.Jobs).Of(options.Seeds).ToArray();
        if (seeds.Length == 0)
        {
            return;
        }

        var start = ToolInvocation.Of(ArgumentsOf(options, job));
        if (seeds.Length < SeedsWorthProfiling)
        {
            // Compiled once, and well: a short run would be over before what was compiled quickly, measured, and compiled again has paid.
            start.Environment.TryAdd("DOTNET_TieredCompilation", "0");
        }

        using var process = Process.Start(start)
            ?? throw new CommandFailedException("A process for the simulation could not be started.");
        try
        {
            var complaints = process.StandardError.ReadToEndAsync(cancellationToken);
            var received = 0;
            while (await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                received++;
                await results.WriteAsync(JsonSerializer.Deserialize(line, ToolJson.Default.SeedResult)!, cancellationToken).ConfigureAwait(false);
            }

            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (received < seeds.Length)
            {
                throw new CommandFailedException(
                    $"A process ended with exit code {process.ExitCode} at seed {seeds[received]}. It said: {(await complaints.ConfigureAwait(false)).Trim()}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static IEnumerable<string> ArgumentsOf(SimulateOptions options, int job)
    {
        string[] arguments =
        [
            "simulate",
            "--algorithm", options.Protocol.Name,
            "--nodes", Text(options.Nodes),
            "--duration", Text(options.Duration.TotalMilliseconds) + "ms",
            "--faults", options.Faults.ToString(options.Protocol.Survives),
            "--seed", Text(options.Seed),
            "--runs", Text(options.Runs),
            "--share", $"{job}/{options.Jobs}",
        ];
        foreach (var argument in arguments)
        {
            yield return argument;
        }

        if (options.HasLeases)
        {
            yield return "--leases";
        }

        if (options.IsUnsafe)
        {
            yield return "--unsafe";
        }

        foreach (var (name, path) in new[] { ("--history", options.History), ("--trace", options.Trace) })
        {
            if (path is not null)
            {
                yield return name;
                yield return path;
            }
        }
    }

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
