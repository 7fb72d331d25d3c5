namespace Consensus.Simulation.Disk;

/// <summary>What one write has put into one sector.</summary>
/// <param name="Start">Where it begins, counted from the beginning of the write.</param>
/// <param name="End">Where it ends, counted from there too.</param>
/// <param name="IsOfLastWrite">Whether the write was the last to the disk.</param>
internal readonly record struct WrittenSector(int Start, int End, bool IsOfLastWrite);
