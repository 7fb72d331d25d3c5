using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Consensus.Transport;

/// <summary>Reads a node's certificate, key and authorities, and collects all that is wrong with them.</summary>
internal sealed class PemReader
{
    private readonly PemFiles _files;
    private readonly List<PemProblem> _problems = [];

    private PemReader(PemFiles files) => _files = files;

    /// <summary>Reads credentials.</summary>
    /// <param name="files">Where they are.</param>
    /// <param name="owner">Whose certificate it must be; null while that is not known, and the rest is to be looked at.</param>
    /// <param name="now">The time at which it must be valid.</param>
    /// <returns>The credentials and no problems, or none and every problem.</returns>
    public static (TlsCredentials? Credentials, IReadOnlyList<PemProblem> Problems) Read(
        PemFiles files, CertificateOwner? owner, DateTimeOffset now)
    {
        var reader = new PemReader(files);
        var credentials = reader.Read(owner, now);
        return (credentials, reader._problems);
    }

    /// <summary>Reads the certificate of a server whose clients look at its name, and decide themselves whom they trust.</summary>
    /// <param name="certificateFile">The certificate, followed by those between it and its authority, if there are any.</param>
    /// <param name="keyFile">Its private key.</param>
    /// <param name="now">The time at which it must be valid.</param>
    /// <returns>The credentials and no problems, or none and every problem.</returns>
    public static (TlsCredentials? Credentials, IReadOnlyList<PemProblem> Problems) ReadServer(string certificateFile, string keyFile, DateTimeOffset now)
    {
        var reader = new PemReader(new PemFiles(certificateFile, keyFile, AuthorityFile: ""));
        var credentials = reader.ReadServer(now);
        return (credentials, reader._problems);
    }

    private TlsCredentials? ReadServer(DateTimeOffset now)
    {
        var certificates = ReadCertificates(nameof(PemFiles.CertificateFile), _files.CertificateFile);
        RequireClosed(_files.KeyFile);
        var key = ReadText(nameof(PemFiles.KeyFile), _files.KeyFile);
        if (certificates is null || key is null)
        {
            return null;
        }

        if (CertificateChains.WhyNoServer(certificates[0], now) is { } reason)
        {
            Add(nameof(PemFiles.CertificateFile), _files.CertificateFile, $"whose certificate {reason}; allowed: a valid one for a server.");
        }

        var certificate = WithKey(certificates[0], key);
        certificates.RemoveAt(0);
        return certificate is null || _problems.Count > 0 ? null : new TlsCredentials(certificate, certificates, []);
    }

    private TlsCredentials? Read(CertificateOwner? owner, DateTimeOffset now)
    {
        var certificates = ReadCertificates(nameof(PemFiles.CertificateFile), _files.CertificateFile);
        var authorities = ReadCertificates(nameof(PemFiles.AuthorityFile), _files.AuthorityFile);
        RequireClosed(_files.KeyFile);
        var key = ReadText(nameof(PemFiles.KeyFile), _files.KeyFile);
        if (certificates is null || authorities is null || key is null)
        {
            return null;
        }

        if (owner is not null)
        {
            RequireName(certificates[0], owner);
        }

        RequireChain(certificates, authorities, now);
        var certificate = WithKey(certificates[0], key);
        certificates.RemoveAt(0);
        return certificate is null || _problems.Count > 0 ? null : new TlsCredentials(certificate, certificates, authorities);
    }

    private X509Certificate2Collection? ReadCertificates(string setting, string file)
    {
        if (ReadText(setting, file) is not { } text)
        {
            return null;
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException exception)
        {
            Add(setting, file, $"which is damaged ({exception.Message}); allowed: certificates in PEM form.");
            return null;
        }

        if (certificates.Count == 0)
        {
            Add(setting, file, "which holds no certificate; allowed: certificates in PEM form.");
            return null;
        }

        return certificates;
    }

    private string? ReadText(string setting, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Add(setting, file, $"which cannot be read ({exception.Message}); allowed: a file in PEM form that this process may read.");
            return null;
        }
    }

    private void RequireClosed(string file)
    {
        if (SecretFile.WhyOpen(file) is { } reason)
        {
            Add(nameof(PemFiles.KeyFile), file, reason);
        }
    }

    private void RequireName(X509Certificate2 certificate, CertificateOwner owner)
    {
        var (cluster, node, keys) = owner;
        if (NodeName.In(certificate, cluster) is not [var named] || named != node)
        {
            Add(
                nameof(PemFiles.CertificateFile),
                _files.CertificateFile,
                $"whose certificate is not that of this node; allowed: one that has {NodeName.Of(cluster, node)}, and no other node, among its DNS names.");
        }
        else if (keys.WhyRefused(certificate, node) is { } reason)
        {
            Add(
                nameof(PemFiles.CertificateFile),
                _files.CertificateFile,
                $"whose certificate {reason}; allowed: one that names the key with which this node signs, as consensus certificate issues it.");
        }
    }

    private void RequireChain(X509Certificate2Collection certificates, X509Certificate2Collection authorities, DateTimeOffset now)
    {
        foreach (var isServer in (ReadOnlySpan<bool>)[true, false])
        {
            using var chain = new X509Chain { ChainPolicy = CertificateChains.Policy(authorities, isServer, now) };
            chain.ChainPolicy.ExtraStore.AddRange(certificates);
            if (!chain.Build(certificates[0]))
            {
                Add(
                    nameof(PemFiles.CertificateFile),
                    _files.CertificateFile,
                    $"whose certificate {CertificateChains.Describe(certificates[0], chain)}; allowed: a valid one for client and server, issued by an authority in {_files.AuthorityFile}.");
                return;
            }
        }
    }

    private X509Certificate2? WithKey(X509Certificate2 certificate, string key)
    {
        try
        {
            return TlsCredentials.WithKey(certificate.ExportCertificatePem(), key);
        }
        catch (CryptographicException exception)
        {
            Add(
                nameof(PemFiles.KeyFile),
                _files.KeyFile,
                $"which does not hold the private key of the certificate in {_files.CertificateFile} ({exception.Message}); allowed: that key, not encrypted.");
            return null;
        }
    }

    private void Add(string setting, string file, string reason) => _problems.Add(new PemProblem(setting, file, reason));
}
