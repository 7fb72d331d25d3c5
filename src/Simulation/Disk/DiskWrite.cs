namespace Consensus.Simulation.Disk;

/// <summary>A write to a disk.</summary>
/// <param name="Number">Counts them.</param>
/// <param name="Path">The file.</param>
/// <param name="Offset">Where to.</param>
/// <param name="Length">How many bytes.</param>
internal readonly record struct DiskWrite(long Number, string Path, long Offset, int Length);
