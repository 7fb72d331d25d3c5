using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Consensus.Transport;

namespace Consensus.Cli.Setup;

/// <summary>
/// Exchanges a cluster's authority without a stop: first all nodes trust the old and the new one, then all get certificates of the new one, then
/// nobody trusts the old one any more. The first and the last of these are the files that this writes.
/// </summary>
internal static class AuthorityRotation
{
    /// <summary>Makes a new authority, which issues all certificates from now on, and lets both be trusted.</summary>
    /// <exception cref="UsageException">There is no cluster in the folder, or an exchange is under way.</exception>
    public static AuthorityResult Rotate(string directory)
    {
        var (folder, cluster) = Open(directory);
        using var old = CertificateOffice.Open(folder, cluster);
        var trusted = Read(folder);
        if (trusted.Count > 1)
        {
            throw new UsageException(
                $"{folder.AuthorityCertificateFile} has {trusted.Count} certificates: an exchange is under way. End it first: consensus authority forget-old.");
        }

        using var made = ClusterAuthority.Create(cluster, TimeProvider.System.GetUtcNow());

        // The certificates first: whichever key is there, its certificate is among them.
        ClusterFolder.Replace(folder.AuthorityCertificateFile, $"{made.CertificatePem}\n{old.AuthorityCertificatePem}", isSecret: false);
        ClusterFolder.Replace(folder.AuthorityKeyFile, made.KeyPem, isSecret: true);
        return ResultOf(folder);
    }

    /// <summary>Takes the certificates of former authorities out.</summary>
    /// <exception cref="UsageException">There is no cluster in the folder, or a node still has a certificate of a former authority.</exception>
    public static AuthorityResult ForgetOld(string directory)
    {
        var (folder, cluster) = Open(directory);
        using var certificates = CertificateOffice.Open(folder, cluster);
        using var authority = X509Certificate2.CreateFromPem(certificates.AuthorityCertificatePem);
        uint[] others = [.. folder.ReadConfigurations().Select(node => node.Node).Where(node => !IsOf(folder.CertificateFile(node), authority)).Order()];
        if (others.Length > 0)
        {
            throw new UsageException(
                $"Nothing was written, because these nodes have a certificate of another authority: {string.Join(", ", others)}. Issue new ones (consensus certificate --node N), and bring them to the nodes; of a node that is gone for good, delete node-N.json, node-N.crt and node-N.key.");
        }

        ClusterFolder.Replace(folder.AuthorityCertificateFile, certificates.AuthorityCertificatePem, isSecret: false);
        return ResultOf(folder);
    }

    private static (ClusterFolder Folder, ClusterId Cluster) Open(string directory)
    {
        var folder = new ClusterFolder(directory);
        return (folder, new ClusterId(Guid.Parse(folder.ReadConfigurations()[0].ClusterId)));
    }

    private static X509Certificate2Collection Read(ClusterFolder folder)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(folder.AuthorityCertificateFile);
        return certificates;
    }

    private static AuthorityResult ResultOf(ClusterFolder folder) => new(
        folder.AuthorityCertificateFile,
        folder.AuthorityKeyFile,
        [.. Read(folder).Select(certificate => new TrustedAuthority(certificate.Thumbprint, new DateTimeOffset(certificate.NotAfter).ToUniversalTime()))]);

    /// <summary>Whether a certificate was issued by an authority. All authorities of a cluster have the same name, so only the signature tells.</summary>
    private static bool IsOf(string file, X509Certificate2 authority)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            return chain.Build(certificate);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UsageException($"{file} cannot be read: {exception.Message} Allowed: the node's certificate, as init wrote it.");
        }
    }
}
