namespace Consensus.Storage.Files;

/// <summary>
/// The few things that storage asks of a file system, so that tests can put the real recovery code before torn writes, lost writes, bit
/// rot, a full disk and a failing flush.
/// </summary>
/// <remarks>
/// Every method throws <see cref="DiskFullException"/> if there is no space, and another <see cref="IOException"/> for any other failure.
/// Nothing survives a crash for certain before the flush that covers it: a file's bytes and length <see cref="IStorageFile.Flush"/>, its
/// creation, renaming or deletion <see cref="FlushDirectory"/>.
/// </remarks>
public interface IFileSystem
{
    /// <summary>Creates a folder, and those above it, unless they exist.</summary>
    void CreateDirectory(string path);

    /// <summary>The names (without the folder) of the files in a folder, in ordinal order; empty if there is no such folder.</summary>
    IReadOnlyList<string> ListFiles(string directory);

    /// <summary>Creates a file, open for reading and writing. It must not exist.</summary>
    IStorageFile Create(string path);

    /// <summary>Opens an existing file for reading and writing.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    IStorageFile Open(string path);

    /// <summary>Gives a file another name in one step, in place of the file that has that name.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; nothing happens if there is none.</summary>
    void Delete(string path);

    /// <summary>Makes the folder's list of names durable.</summary>
    void FlushDirectory(string path);

    /// <summary>Takes the lock that keeps a second process out of the folder, until the result is disposed of or the process ends.</summary>
    /// <exception cref="IOException">Somebody else holds it.</exception>
    IDisposable Lock(string path);
}
