using Consensus.Storage.Bench;
using Consensus.Storage.Files;

// A plain loop: what is measured is the disk, and a flush takes too long and varies too much for a micro-benchmark's statistics.
var folder = args.Length > 0 ? args[0] : Path.GetTempPath();
var seconds = args.Length > 1 ? double.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 2;

Console.WriteLine("disk    payload  batch   flushes/s  records/s      MB/s    p50 µs    p99 µs    max µs  bytes/record");
foreach (var (size, batch) in new[] { (256, 1), (256, 8), (256, 64), (256, 512), (4096, 64), (65_536, 16) })
{
    var directory = Path.Combine(folder, $"consensus-storage-bench-{Environment.ProcessId}");
    try
    {
        GroupCommit.Measure("real", new DiskFileSystem(), directory, size, batch, seconds).Print();
    }
    finally
    {
        Directory.Delete(directory, recursive: true);
    }

    GroupCommit.Measure("memory", new MemoryFileSystem(), directory, size, batch, seconds).Print();
}
