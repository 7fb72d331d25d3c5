namespace Consensus.Cli.Client;

/// <summary>How the tool shows who it is, and whom it trusts.</summary>
/// <param name="Token">Sent with each request; none: nothing is sent.</param>
/// <param name="AuthorityPem">The certificates of the authorities that are trusted over HTTPS; none: what the machine trusts.</param>
/// <param name="Signer">Signs each write; none: writes are not signed.</param>
internal sealed record ApiAccess(string? Token = null, string? AuthorityPem = null, ClientSigner? Signer = null)
{
    /// <summary>The environment variable that holds a token for all calls.</summary>
    public const string TokenVariable = "CONSENSUS_TOKEN";

    /// <summary>The environment variable that names the authorities' file for all calls.</summary>
    public const string AuthorityVariable = "CONSENSUS_CA";

    /// <summary>Reads what the command line and the environment say.</summary>
    /// <param name="tokenFile">A file with a token, which is the last word of its first line that is no comment, so that a node's own file of one token serves too.</param>
    /// <param name="authorityFile">A file with certificates in PEM form.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="UsageException">A file cannot be read, or there is no token in it.</exception>
    public static ApiAccess Read(string? tokenFile, string? authorityFile, Func<string, string?> environment)
    {
        var token = tokenFile is null ? NotEmpty(environment(TokenVariable)) : TokenIn(tokenFile);
        var authorities = authorityFile ?? NotEmpty(environment(AuthorityVariable));
        return new ApiAccess(token, authorities is null ? null : Text(authorities, authorityFile is null ? AuthorityVariable : "--ca"));
    }

    private static string TokenIn(string file)
    {
        var line = Text(file, "--token-file").Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(line => line.Length > 0 && line[0] != '#');
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]
            ?? throw new UsageException($"--token-file is '{file}', which holds no token; allowed: a file with a line that ends with one.");
    }

    private static string Text(string file, string source)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{source} is '{file}', which cannot be read: {exception.Message}");
        }
    }

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
