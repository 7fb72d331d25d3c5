using System.Security.Cryptography;
using Consensus.Cryptography;
using Consensus.Transport;

namespace Consensus.Hosting;

/// <summary>A replica's signing key in a file: PKCS#8 in PEM form, as <c>openssl genpkey -algorithm ed25519</c> writes it, of mode 600.</summary>
/// <remarks>
/// Whoever has the key can sign in the replica's name, and nobody could tell: so not even the file's group may read it, unlike a certificate's key, which is of no
/// use without the network between the nodes. On Windows the rights of the folder count.
/// </remarks>
internal static class SigningKeyFile
{
    // More than any file with one key.
    private const int LengthMax = 4096;

    /// <summary>Makes a new key from the system's randomness.</summary>
    public static Ed25519SigningKey Generate(Ed25519 ed25519)
    {
        Span<byte> seed = stackalloc byte[Ed25519.SeedSize];
        RandomNumberGenerator.Fill(seed);
        try
        {
            return ed25519.CreateSigningKey(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Reads a key.</summary>
    /// <exception cref="ConsensusException">The file cannot be used; the message says why, and what is allowed.</exception>
    public static Ed25519SigningKey Open(string file, Ed25519 ed25519)
    {
        var (key, problem) = Read(file, ed25519);
        return key ?? throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"The signing key cannot be used: its file is \"{file}\", {problem}");
    }

    /// <summary>Reads a key.</summary>
    /// <returns>The key, or what is wrong with the file, as a clause that follows its name.</returns>
    public static (Ed25519SigningKey? Key, string? Problem) Read(string file, Ed25519 ed25519)
    {
        var buffer = GC.AllocateArray<byte>(LengthMax + 1, pinned: true);
        try
        {
            // Unbuffered: a buffer of the stream's would keep the secret.
            using var stream = new FileStream(file, new FileStreamOptions { BufferSize = 0 });
            if (SecretFile.WhyOpenToGroup(stream.SafeFileHandle) is { } open)
            {
                return (null, open);
            }

            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= LengthMax
                ? (ed25519.ImportPem(buffer.AsSpan(0, length)), null)
                : (null, $"which is longer than {LengthMax} bytes; allowed: a file with one key.");
        }
        catch (FormatException exception)
        {
            return (null, $"which {exception.Message}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return (null, $"which cannot be read ({exception.Message}); allowed: a file that this process may read.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>Writes a key in one step: whoever looks sees the whole file or none, and only its owner can read it from the moment it exists.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="key">The key.</param>
    /// <param name="overwrite">Whether a file that is there is replaced. What it had is lost, and with it the identity of a replica.</param>
    /// <exception cref="IOException">There is a file already, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public static void Write(string file, Ed25519SigningKey key, bool overwrite = false)
    {
        var next = $"{file}.{Path.GetRandomFileName()}";
        var pem = GC.AllocateArray<byte>(Ed25519SigningKey.PemSize, pinned: true);
        try
        {
            key.ExportPem(pem);
            WriteNew(next, pem);
            File.Move(next, file, overwrite);
        }
        catch (IOException exception) when (!overwrite && File.Exists(file))
        {
            throw new IOException($"\"{file}\" exists already and is not overwritten: it may be the only copy of a key. Remove it, or choose another file.", exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
            File.Delete(next);
        }
    }

    private static void WriteNew(string file, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = SecretFile.OwnerOnly;
        }

        using var stream = new FileStream(file, options);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }
}
