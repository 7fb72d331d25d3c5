using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Text;
using Consensus.Cryptography;

namespace Consensus.Simulation.Bench;

/// <summary>What it took to run some seeds, one after the other.</summary>
internal sealed record SeedRound
{
    public required long Messages { get; init; }

    public required int Violations { get; init; }

    public required TimeSpan Wall { get; init; }

    public required TimeSpan Processor { get; init; }

    public required TimeSpan Compiling { get; init; }

    public required TimeSpan Paused { get; init; }

    public required long AllocatedBytes { get; init; }

    public required string Collections { get; init; }

    public required string Digest { get; init; }

    public required IReadOnlyList<(ulong Seed, double Seconds, long Messages)> Slowest { get; init; }

    /// <summary>Runs consecutive seeds on this thread.</summary>
    public static SeedRound Run(Simulator simulator, ulong first, int seeds)
    {
        var processor = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        int[] collections = [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];
        var paused = GC.GetTotalPauseDuration();
        var compiling = JitInfo.GetCompilationTime();
        var digests = new StringBuilder();
        var runs = new List<(ulong Seed, double Seconds, long Messages)>();
        var violations = 0;
        var watch = Stopwatch.StartNew();
        for (var seed = first; seed < first + (ulong)seeds; seed++)
        {
            var before = watch.Elapsed;
            var report = simulator.Run(seed);
            runs.Add((seed, (watch.Elapsed - before).TotalSeconds, report.Messages));
            digests.Append(report.Digest);
            violations += report.Violations.Count;
        }

        return new SeedRound
        {
            Messages = runs.Sum(run => run.Messages),
            Violations = violations,
            Wall = watch.Elapsed,
            Processor = Environment.CpuUsage.TotalTime - processor,
            Compiling = JitInfo.GetCompilationTime() - compiling,
            Paused = GC.GetTotalPauseDuration() - paused,
            AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - allocated,
            Collections = string.Join('/', collections.Select((count, generation) => GC.CollectionCount(generation) - count)),
            Digest = Blake3.Hash(Encoding.ASCII.GetBytes(digests.ToString())).ToString()[..16],
            Slowest = [.. runs.OrderByDescending(run => run.Seconds / run.Messages).Take(8)],
        };
    }

    /// <summary>Says it.</summary>
    public void Print(string name) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
        {name}: {Messages:N0} messages, {Violations} violations, digest of digests {Digest}
          messages/s   {Messages / Wall.TotalSeconds:N0} by the clock ({Wall.TotalSeconds:0.0} s), {Messages / Processor.TotalSeconds:N0} by processor time ({Processor.TotalSeconds:0.0} s, all threads)
          per message  {AllocatedBytes / (double)Messages:N0} bytes allocated; collections {Collections}, {Paused.TotalSeconds:0.00} s paused; {Compiling.TotalSeconds:0.00} s compiling
          slowest      {string.Join("  ", Slowest.Select(run => $"{run.Seed}: {run.Messages / run.Seconds:N0}"))}
        """));
}
