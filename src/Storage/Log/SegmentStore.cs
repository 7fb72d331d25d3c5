using System.Globalization;
using Consensus.Storage.Files;

namespace Consensus.Storage.Log;

/// <summary>The segment files of a folder, and how they come and go.</summary>
internal sealed class SegmentStore(IFileSystem files, string directory, ReplicaIdentity identity, WriteAheadLogOptions options)
{
    private const string Suffix = ".wal";
    private const int Digits = 20;

    public string Directory => directory;

    public string PathOf(ulong number) => Path.Combine(directory, number.ToString("D20", CultureInfo.InvariantCulture) + Suffix);

    /// <summary>The numbers of the segments in the folder, ascending.</summary>
    public IReadOnlyList<ulong> List()
    {
        var numbers = new List<ulong>();
        foreach (var name in files.ListFiles(directory).Where(name => name.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            if (name.Length != Digits + Suffix.Length || !ulong.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            {
                throw new ConsensusException(
                    ConsensusFailure.StorageCorrupt,
                    $"{Path.Combine(directory, name)}: this is not the name of a segment ({Digits} digits and {Suffix}). Give the file its name back, or move it out of the folder.");
            }

            numbers.Add(number);
        }

        numbers.Sort();
        return numbers;
    }

    public IStorageFile Open(ulong number) => files.Open(PathOf(number));

    /// <summary>Creates a segment: its space reserved, its header and its name durable.</summary>
    /// <exception cref="DiskFullException">There is no space.</exception>
    /// <remarks>
    /// If it fails, nothing is left behind: a file whose name is perhaps not on the disk would be seen by the next process, which would promise
    /// what it writes to it.
    /// </remarks>
    public Segment Create(ulong number)
    {
        var path = PathOf(number);
        var file = files.Create(path);
        try
        {
            file.Allocate(options.SegmentBytes);
            var header = new SegmentHeader(SegmentHeader.CurrentVersion, number, options.NewSalt(), identity, options.SegmentBytes);
            Span<byte> block = stackalloc byte[SegmentHeader.Bytes];
            header.Write(block);
            file.Write(0, block);
            file.Flush();
            FlushDirectory();
            return new Segment(file, number, header.Salt, SegmentHeader.Bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            files.Delete(path);
            throw;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Deletes a segment for good.</summary>
    public void Delete(ulong number)
    {
        files.Delete(PathOf(number));
        FlushDirectory();
    }

    /// <summary>Makes durable which segments there are.</summary>
    /// <exception cref="IOException">
    /// It failed, and must not be tried again. Never <see cref="DiskFullException"/>, after which the log goes on: also for want of space it would
    /// not be known which names are on the disk.
    /// </exception>
    public void FlushDirectory()
    {
        try
        {
            files.FlushDirectory(directory);
        }
        catch (DiskFullException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }
}
