namespace Consensus.Cli.Commands.Client;

/// <summary>Where the value of a <c>put</c> comes from.</summary>
internal static class ValueSource
{
    /// <summary>The name of standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Reads the value.</summary>
    /// <exception cref="UsageException">There is none, or there are two, or the file cannot be read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string? text, string? file, CancellationToken cancellationToken)
    {
        switch (text, file)
        {
            case ({ } value, null):
                return System.Text.Encoding.UTF8.GetBytes(value);
            case (null, StandardInput):
                using (var bytes = new MemoryStream())
                {
                    var input = Console.OpenStandardInput();
                    await using var ownership = input.ConfigureAwait(false);
                    await input.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
                    return bytes.ToArray();
                }

            case (null, { } path):
                return await ReadFileAsync(path, cancellationToken).ConfigureAwait(false);
            default:
                throw new UsageException("Give the value either as an argument or with --file (- is standard input).");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"'{path}' is a folder; allowed: a file, or - for standard input.");
        }

        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{path}' cannot be read: {exception.Message} Allowed: a file that can be read, or - for standard input.");
        }
    }
}
