using System.Diagnostics.CodeAnalysis;
using Consensus.Storage.Files;

namespace Consensus.Hosting;

/// <summary>
/// Evidence as files, one for each, named by its digest: the texts that <c>consensus evidence verify</c> reads. A file has its name only once all of it is durable; what a crash leaves
/// behind has another name, and is removed at the next start.
/// </summary>
/// <param name="files">Where the folder is.</param>
/// <param name="directory">The folder; nobody else writes there.</param>
internal sealed class EvidenceFolder(IFileSystem files, string directory)
{
    private const string Suffix = ".json";
    private const string WritingSuffix = ".partial";

    /// <summary>The files that should hold evidence, in the order of their names. Removes what a crash has left.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<string> Open()
    {
        var names = files.ListFiles(directory);
        foreach (var name in names.Where(name => name.EndsWith(WritingSuffix, StringComparison.Ordinal)))
        {
            files.Delete(Path.Join(directory, name));
        }

        return [.. names.Where(name => name.EndsWith(Suffix, StringComparison.Ordinal)).Select(name => Path.Join(directory, name))];
    }

    /// <summary>Reads one of the files. The signatures are not checked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="document">The evidence in it.</param>
    /// <param name="problem">Why there is none.</param>
    /// <returns>Whether it holds the evidence that its name says.</returns>
    public bool TryRead(string path, [NotNullWhen(true)] out EvidenceDocument? document, [NotNullWhen(false)] out string? problem)
    {
        document = null;
        try
        {
            using var file = files.Open(path);
            var bytes = new byte[EvidenceDocument.LengthMax + 1];
            if (!EvidenceDocument.TryParse(bytes.AsSpan(0, file.Read(0, bytes)), out var read, out var defect))
            {
                problem = defect.Detail;
                return false;
            }

            var digest = read.Evidence.ComputeDigest();
            problem = Path.GetFileName(path) == NameOf(digest) ? null : $"It holds other evidence than its name says: {digest}.";
            document = problem is null ? read : null;
        }
        catch (Exception exception) when (IsDiskFailure(exception))
        {
            problem = exception.Message;
        }

        return problem is null && document is not null;
    }

    /// <summary>Writes evidence; when this returns, no crash takes it away.</summary>
    /// <exception cref="IOException">It cannot be written, for example because the disk is full.</exception>
    public void Write(EvidenceDocument document)
    {
        var digest = document.Evidence.ComputeDigest();
        var temporary = Path.Join(directory, $"{digest}{WritingSuffix}");
        files.CreateDirectory(directory);
        files.FlushDirectory(Path.GetDirectoryName(directory)!);
        files.Delete(temporary);
        using (var file = files.Create(temporary))
        {
            file.Write(0, document.ToUtf8());
            file.Flush();
        }

        files.Rename(temporary, Path.Join(directory, NameOf(digest)));
        files.FlushDirectory(directory);
    }

    /// <summary>Whether an exception is the disk's doing.</summary>
    public static bool IsDiskFailure(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private static string NameOf(in Digest digest) => $"{digest}{Suffix}";
}
