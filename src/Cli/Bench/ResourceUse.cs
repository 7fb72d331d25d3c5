using System.Diagnostics;

namespace Consensus.Cli.Bench;

/// <summary>What processes have used since they started.</summary>
/// <param name="Processor">Processor time of all of them.</param>
/// <param name="AllocatedBytes">Bytes allocated on the managed heap; <see langword="null"/> where other processes take part, whose heaps cannot be seen.</param>
internal readonly record struct ResourceUse(TimeSpan Processor, long? AllocatedBytes)
{
    /// <summary>What this process has used.</summary>
    public static ResourceUse OfThisProcess() => new(Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));

    /// <summary>What this process and others have used.</summary>
    public static ResourceUse With(IEnumerable<Process> others)
    {
        var processor = Environment.CpuUsage.TotalTime;
        foreach (var process in others)
        {
            process.Refresh();
            processor += process.TotalProcessorTime;
        }

        return new ResourceUse(processor, null);
    }
}
