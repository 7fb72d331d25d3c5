namespace Consensus.Simulation.Disk;

/// <summary>A change of a file that was not flushed yet.</summary>
/// <param name="Offset">Where bytes were written; or the length that was set.</param>
/// <param name="Data">The bytes; <see langword="null"/> if only the length was set.</param>
/// <param name="Grows">Whether setting the length made the file longer.</param>
/// <param name="Number">Counts the disk's writes.</param>
internal readonly record struct ContentChange(long Offset, byte[]? Data, bool Grows, long Number)
{
    public static ContentChange Write(long offset, byte[] data, long number) => new(offset, data, Grows: false, number);

    public static ContentChange SetLength(long length, bool grows) => new(length, null, grows, 0);
}
