using System.Diagnostics;

namespace Consensus.Cli.Bench;

/// <summary>What memory processes hold at one moment.</summary>
/// <param name="WorkingSet">The physical memory of all of them, in bytes.</param>
/// <param name="ManagedHeap">The objects alive on the managed heap, in bytes; <see langword="null"/> where other processes take part, whose heaps cannot be seen.</param>
internal readonly record struct MemoryUse(long WorkingSet, long? ManagedHeap)
{
    /// <summary>What this process holds. Its garbage is collected first, all of it, so that what is left is what is in use.</summary>
    public static MemoryUse OfThisProcess()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        var collected = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return new MemoryUse(Environment.WorkingSet, collected.HeapSizeBytes - collected.FragmentedBytes);
    }

    /// <summary>What other processes hold; this one only has the clients.</summary>
    public static MemoryUse Of(IEnumerable<Process> others)
    {
        var workingSet = 0L;
        foreach (var process in others)
        {
            process.Refresh();
            workingSet += process.WorkingSet64;
        }

        return new MemoryUse(workingSet, null);
    }
}
