using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Consensus.Transport;
using PublicKey = Consensus.Cryptography.PublicKey;

namespace Consensus.Cli.Setup;

/// <summary>Makes a cluster's authority, and issues its nodes' certificates, as files in the cluster's folder.</summary>
internal sealed class CertificateOffice : IDisposable
{
    private readonly ClusterFolder _folder;
    private readonly ClusterAuthority _authority;

    private CertificateOffice(ClusterFolder folder, ClusterAuthority authority)
    {
        _folder = folder;
        _authority = authority;
    }

    /// <summary>Makes an authority.</summary>
    public static CertificateOffice Create(ClusterFolder folder, ClusterId cluster)
    {
        var authority = ClusterAuthority.Create(cluster, TimeProvider.System.GetUtcNow());
        ClusterFolder.Replace(folder.AuthorityKeyFile, authority.KeyPem, isSecret: true);
        ClusterFolder.Replace(folder.AuthorityCertificateFile, authority.CertificatePem, isSecret: false);
        return new CertificateOffice(folder, authority);
    }

    /// <summary>Takes up the authority of a cluster that was set up before.</summary>
    /// <exception cref="UsageException">Its files are missing or damaged.</exception>
    public static CertificateOffice Open(ClusterFolder folder, ClusterId cluster)
    {
        try
        {
            var authority = ClusterAuthority.FromPem(
                cluster, File.ReadAllText(folder.AuthorityCertificateFile), File.ReadAllText(folder.AuthorityKeyFile));
            return new CertificateOffice(folder, authority);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new UsageException(
                $"The cluster's authority cannot be used: {exception.Message} Certificates are issued where {folder.AuthorityCertificateFile} and {folder.AuthorityKeyFile} are, as init wrote them.");
        }
    }

    /// <summary>The authority's own certificate, without those of others that are trusted beside it.</summary>
    public string AuthorityCertificatePem => _authority.CertificatePem;

    /// <summary>The host of an address, <c>host:port</c>.</summary>
    public static string HostOf(string address) => new Uri($"tcp://{address}").IdnHost.Trim('[', ']');

    /// <summary>Issues the certificate of a node; an earlier one is replaced.</summary>
    /// <param name="node">The node.</param>
    /// <param name="hosts">Names and IP addresses under which the node's HTTP API is reached.</param>
    /// <param name="validity">How long the certificate is valid.</param>
    /// <param name="signingKey">The public key of the node's signing key; <c>default</c> if it has none.</param>
    /// <returns>The end of its validity.</returns>
    public DateTimeOffset Issue(uint node, IEnumerable<string> hosts, TimeSpan validity, PublicKey signingKey = default)
    {
        var named = hosts.Append("localhost").Where(host => !IPAddress.TryParse(host, out var ip) || !(ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
        var (certificate, key) = _authority.Issue(new NodeId(node), named, TimeProvider.System.GetUtcNow(), validity, signingKey);
        using var issued = X509Certificate2.CreateFromPem(certificate);

        // The key first: a node that looks in between finds two that do not belong together, keeps the old pair, and looks again.
        ClusterFolder.Replace(_folder.KeyFile(node), key, isSecret: true);
        ClusterFolder.Replace(_folder.CertificateFile(node), certificate, isSecret: false);
        return new DateTimeOffset(issued.NotAfter).ToUniversalTime();
    }

    /// <inheritdoc/>
    public void Dispose() => _authority.Dispose();
}
