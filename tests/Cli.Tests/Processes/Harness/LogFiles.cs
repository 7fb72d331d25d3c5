namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>Does to the files of a stopped node what crashes and bad disks do.</summary>
internal static class LogFiles
{
    /// <summary>Overwrites the last bytes of what was written to a node's log.</summary>
    public static async Task TearAsync(string dataDirectory)
    {
        using var file = new FileStream(Segments(dataDirectory)[0], FileMode.Open, FileAccess.ReadWrite);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        file.Position = Array.FindLastIndex(bytes, value => value != 0) - 20;
        await file.WriteAsync(new byte[21]);
    }

    /// <summary>Flips one bit of a value in a node's log.</summary>
    /// <returns>The file it is in, and where.</returns>
    public static async Task<(string Path, long Offset)> RotLogAsync(string dataDirectory, ReadOnlyMemory<byte> value)
    {
        foreach (var path in Segments(dataDirectory))
        {
            var offset = (await File.ReadAllBytesAsync(path)).AsSpan().IndexOf(value.Span);
            if (offset >= 0)
            {
                await FlipAsync(path, offset);
                return (path, offset);
            }
        }

        throw new InvalidOperationException($"No segment in {dataDirectory} has that value.");
    }

    /// <summary>Flips one bit in the middle of a node's newest snapshot.</summary>
    /// <returns>The file.</returns>
    public static async Task<string> RotSnapshotAsync(string dataDirectory)
    {
        var path = Directory.GetFiles(Path.Combine(dataDirectory, "snapshots"), "*.snapshot").Order(StringComparer.Ordinal).Last();
        await FlipAsync(path, new FileInfo(path).Length / 2);
        return path;
    }

    private static string[] Segments(string dataDirectory) =>
        [.. Directory.GetFiles(Path.Combine(dataDirectory, "log"), "*.wal").Order(StringComparer.Ordinal)];

    private static async Task FlipAsync(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var flipped = (byte)(file.ReadByte() ^ 1);
        file.Position = offset;
        await file.WriteAsync(new[] { flipped });
    }
}
