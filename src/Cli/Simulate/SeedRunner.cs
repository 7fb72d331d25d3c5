using System.Diagnostics;

namespace Consensus.Cli.Simulate;

/// <summary>Runs seeds in this process, one after the other.</summary>
internal static class SeedRunner
{
    public static SeedResult Run(SimulateOptions options, ulong seed)
    {
        using var history = Open(options.FileOf(options.History, seed));
        using var trace = Open(options.FileOf(options.Trace, seed));
        var watch = Stopwatch.StartNew();
        var report = options.ToSimulator().Run(seed, history, trace);
        return SeedResult.Of(report, watch.Elapsed);
    }

    private static StreamWriter? Open(string? path) => path is null ? null : new StreamWriter(path);
}
