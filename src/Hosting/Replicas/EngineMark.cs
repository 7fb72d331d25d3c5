using System.Text;
using Consensus.Storage.Files;

namespace Consensus.Hosting;

/// <summary>
/// Which engine a data folder belongs to, as a file in it. What one engine has written another would misread: a Raft vote is no promise of PBFT's. The settings may choose another one by
/// mistake, or, with the algorithm <c>Auto</c>, because somebody changed a number; so the folder remembers.
/// </summary>
/// <remarks>
/// Written before the replica first runs, and never again. A folder that <c>init</c> made, or an earlier version used, has none yet: it gets that of the next start. The file has its name only
/// once it is durable.
/// </remarks>
internal static class EngineMark
{
    private const string Name = "engine";
    private const string Writing = "engine.partial";
    private const int LengthMax = 1024;

    /// <summary>Marks a folder that has no mark, or compares the mark that it has.</summary>
    /// <param name="files">Where the folder is.</param>
    /// <param name="directory">The folder, which this process has locked.</param>
    /// <param name="engine">The engine that is to use it.</param>
    /// <returns><see langword="null"/> if it may; otherwise the engine that the folder belongs to.</returns>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static string? FindOther(IFileSystem files, string directory, string engine)
    {
        if (!files.ListFiles(directory).Contains(Name, StringComparer.Ordinal))
        {
            Write(files, directory, engine);
            return null;
        }

        var bytes = new byte[LengthMax];
        using var file = files.Open(Path.Join(directory, Name));
        var marked = Encoding.UTF8.GetString(bytes.AsSpan(0, file.Read(0, bytes))).TrimEnd('\n');
        return marked.Equals(engine, StringComparison.OrdinalIgnoreCase) ? null : marked;
    }

    private static void Write(IFileSystem files, string directory, string engine)
    {
        var writing = Path.Join(directory, Writing);
        files.Delete(writing);
        using (var file = files.Create(writing))
        {
            file.Write(0, Encoding.UTF8.GetBytes($"{engine}\n"));
            file.Flush();
        }

        files.Rename(writing, Path.Join(directory, Name));
        files.FlushDirectory(directory);
    }
}
