using Consensus.Storage.Files;

namespace Consensus.Hosting.Tests.Validation;

/// <summary>A file system with a folder that the process may not write to, which a test that runs as root cannot have from the real one.</summary>
internal sealed class ReadOnlyFolder(IFileSystem files, string folder) : IFileSystem
{
    public void CreateDirectory(string path) => files.CreateDirectory(Writable(path));

    public IReadOnlyList<string> ListFiles(string directory) => files.ListFiles(directory);

    public IStorageFile Create(string path) => files.Create(Writable(path));

    public IStorageFile Open(string path) => files.Open(path);

    public void Rename(string from, string to) => files.Rename(Writable(from), to);

    public void Delete(string path) => files.Delete(Writable(path));

    public void FlushDirectory(string path) => files.FlushDirectory(path);

    public IDisposable Lock(string path) => files.Lock(Writable(path));

    private string Writable(string path) => path.StartsWith(folder, StringComparison.Ordinal)
        ? throw new UnauthorizedAccessException($"Access to the path '{path}' is denied.")
        : path;
}
