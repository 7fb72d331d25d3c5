using Consensus.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consensus.Transport.Tests;

/// <summary>A folder with the certificates of a cluster of a test's own.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("consensus-tls-").FullName;
    private readonly ClusterAuthority _authority;

    public TestCertificates(ClusterId? cluster = null) =>
        _authority = ClusterAuthority.Create(cluster ?? TcpNodes.Cluster, DateTimeOffset.UtcNow.AddYears(-1));

    /// <summary>The file with the authority's certificate.</summary>
    public string AuthorityFile
    {
        get
        {
            var file = Path.Combine(_folder, "authority.crt");
            File.WriteAllText(file, _authority.CertificatePem);
            return file;
        }
    }

    /// <summary>Issues the certificate of a node, or another one for the same files.</summary>
    public PemFiles Issue(uint id, DateTimeOffset? from = null, TimeSpan? validity = null, uint? files = null, PublicKey signingKey = default)
    {
        var written = FilesOf(files ?? id);
        var (certificate, key) = _authority.Issue(new NodeId(id), ["localhost"], from ?? DateTimeOffset.UtcNow, validity ?? ClusterAuthority.NodeValidity, signingKey);
        File.WriteAllText(written.CertificateFile, certificate);
        File.WriteAllText(written.KeyFile, key);
        Close(written.KeyFile);
        return written;
    }

    public PemCredentialSource Open(PemFiles files, uint id, ILogger<PemCredentialSource>? logger = null) => PemCredentialSource.Open(
        files,
        _authority.Cluster,
        new NodeId(id),
        TimeProvider.System,
        logger ?? NullLogger<PemCredentialSource>.Instance);

    public ITlsCredentialSource Source(uint id) => Open(Issue(id), id);

    /// <summary>Credentials as a node would have them that does not look at its own certificate.</summary>
    public static TlsCredentials Unchecked(PemFiles files) =>
        TlsCredentials.FromPem(File.ReadAllText(files.CertificateFile), File.ReadAllText(files.KeyFile), File.ReadAllText(files.AuthorityFile));

    public static void Close(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private PemFiles FilesOf(uint id) => new(Path.Combine(_folder, $"node-{id}.crt"), Path.Combine(_folder, $"node-{id}.key"), AuthorityFile);
}
