using Consensus.Cryptography;
using Consensus.Hosting;

namespace Consensus.Cli.Setup;

/// <summary>Makes signing keys, and says which public key belongs to one.</summary>
internal static class SigningKeys
{
    /// <summary>Makes a key.</summary>
    /// <exception cref="UsageException">Something is there already, or the file cannot be written.</exception>
    public static SigningKeyResult Generate(string file)
    {
        var path = Path.GetFullPath(file);
        ClusterFolder.RequireNothingThere([path]);
        using var key = SigningKeyFile.Generate(Ed25519.Load());
        try
        {
            SigningKeyFile.Write(path, key);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be written: {exception.Message}");
        }

        return new SigningKeyResult(path, $"{key.PublicKey}");
    }

    /// <summary>Says which public key belongs to the key in a file.</summary>
    /// <exception cref="UsageException">There is no key in it, or others can read it.</exception>
    public static SigningKeyResult Show(string file)
    {
        var path = Path.GetFullPath(file);
        var (key, problem) = SigningKeyFile.Read(path, Ed25519.Load());
        using (key)
        {
            return key is null
                ? throw new UsageException($"The signing key cannot be used: its file is \"{path}\", {problem}")
                : new SigningKeyResult(path, $"{key.PublicKey}");
        }
    }
}
