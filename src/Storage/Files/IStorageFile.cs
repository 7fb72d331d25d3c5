namespace Consensus.Storage.Files;

/// <summary>An open file that is read and written at given places. One thread at a time writes; any may read.</summary>
public interface IStorageFile : IDisposable
{
    /// <summary>The file's full name, for error messages.</summary>
    string Path { get; }

    /// <summary>The file's length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads up to the buffer's length of bytes.</summary>
    /// <returns>How many were read: fewer only at the end of the file.</returns>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes all bytes; the file grows if need be. If it throws, any part may have been written.</summary>
    void Write(long offset, ReadOnlySpan<byte> data);

    /// <summary>Reserves space on the disk up to <paramref name="length"/>, and makes the file at least so long; new bytes read as zero.</summary>
    void Allocate(long length);

    /// <summary>Cuts the file off.</summary>
    void Truncate(long length);

    /// <summary>Makes what was written durable. After a failure nothing is known about what is on disk: never try again.</summary>
    void Flush();
}
