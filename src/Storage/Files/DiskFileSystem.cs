namespace Consensus.Storage.Files;

/// <summary>The machine's file system.</summary>
public sealed class DiskFileSystem : IFileSystem
{
    /// <inheritdoc/>
    /// <remarks>The names of the new folders are durable when it returns.</remarks>
    public void CreateDirectory(string path)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            return;
        }

        if (Path.GetDirectoryName(full) is { } parent)
        {
            CreateDirectory(parent);
            Directory.CreateDirectory(full);
            FlushDirectory(parent);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];

    /// <inheritdoc/>
    public IStorageFile Create(string path) => Open(path, FileMode.CreateNew);

    /// <inheritdoc/>
    public IStorageFile Open(string path) => Open(path, FileMode.Open);

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    /// <remarks>On Windows, where folders cannot be flushed, the file system's journal keeps names in order; nothing is done.</remarks>
    public void FlushDirectory(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            NativeFiles.FlushFolder(path);
        }
    }

    /// <inheritdoc/>
    public IDisposable Lock(string path)
    {
        try
        {
            // The system gives the lock back when the process ends, however it ends.
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (!DiskErrors.IsDiskFull(exception))
        {
            throw new IOException($"{exception.Message} If another process uses the folder, stop it first.", exception);
        }
    }

    private static DiskFile Open(string path, FileMode mode)
    {
        try
        {
            return new DiskFile(File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read), path);
        }
        catch (IOException exception) when (DiskErrors.IsDiskFull(exception))
        {
            throw new DiskFullException($"{path}: there is no space for a file.", exception);
        }
    }
}
