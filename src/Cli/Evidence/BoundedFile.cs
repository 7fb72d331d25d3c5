namespace Consensus.Cli.Evidence;

/// <summary>Reads a file that somebody was sent.</summary>
internal static class BoundedFile
{
    /// <summary>Reads at most one byte more than is allowed, which tells that a file is too long, however long it is.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static byte[] Read(string path, int lengthMax)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var content = new MemoryStream();
            var piece = new byte[64 * 1024];
            for (var length = -1; length != 0 && content.Length <= lengthMax;)
            {
                length = stream.Read(piece, 0, (int)Math.Min(piece.Length, lengthMax + 1L - content.Length));
                content.Write(piece, 0, length);
            }

            return content.ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {exception.Message}");
        }
    }
}
