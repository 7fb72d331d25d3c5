using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PublicKey = Consensus.Cryptography.PublicKey;

namespace Consensus.Transport;

/// <summary>A cluster's own certificate authority: issues the certificate by which each node is known to the others.</summary>
/// <remarks>ECDSA on P-256, signed with SHA-256. Whoever has its key can be any node, so it is best kept off the nodes. Not thread-safe.</remarks>
public sealed class ClusterAuthority : IDisposable
{
    private const int SerialNumberBytes = 16;

    // A node whose clock is behind the issuer's must be able to use its certificate at once.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    private readonly X509Certificate2 _certificate;

    private ClusterAuthority(ClusterId cluster, X509Certificate2 certificate)
    {
        Cluster = cluster;
        _certificate = certificate;
    }

    /// <summary>How long an authority is valid: ten years.</summary>
    public static TimeSpan Validity { get; } = TimeSpan.FromDays(3650);

    /// <summary>How long the certificate of a node is valid unless it is asked for otherwise: two years.</summary>
    public static TimeSpan NodeValidity { get; } = TimeSpan.FromDays(730);

    /// <summary>The cluster whose nodes it vouches for.</summary>
    public ClusterId Cluster { get; }

    /// <summary>Its certificate, which every node needs.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>Its private key, which no node needs.</summary>
    public string KeyPem
    {
        get
        {
            using var key = _certificate.GetECDsaPrivateKey()!;
            return key.ExportPkcs8PrivateKeyPem();
        }
    }

    /// <summary>Makes a new authority.</summary>
    public static ClusterAuthority Create(ClusterId cluster, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Consensus cluster {cluster}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new ClusterAuthority(cluster, request.CreateSelfSigned(now - ClockSkew, now + Validity));
    }

    /// <summary>Takes up an authority that was made before.</summary>
    /// <param name="cluster">The cluster whose authority it is.</param>
    /// <param name="certificatePem">Its certificate; of several, as there are while one authority takes the place of another, the one that belongs to the key counts.</param>
    /// <param name="keyPem">Its private key.</param>
    /// <exception cref="CryptographicException">One of the two is damaged, they do not belong together, or they are not an authority's.</exception>
    public static ClusterAuthority FromPem(ClusterId cluster, string certificatePem, string keyPem)
    {
        var certificate = X509Certificate2.CreateFromPem(OfKey(certificatePem, keyPem), keyPem);
        return certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority)
            && certificate.GetECDsaPublicKey() is not null
            ? new ClusterAuthority(cluster, certificate)
            : throw new CryptographicException("The certificate is not that of an authority of this kind, which is an ECDSA key that may issue certificates.");
    }

    /// <summary>Issues the certificate of a node, with a new key.</summary>
    /// <param name="node">The node.</param>
    /// <param name="hosts">Names and IP addresses under which clients reach its HTTP API.</param>
    /// <param name="now">The beginning of its validity.</param>
    /// <param name="validity">How long it is valid; what lies beyond the authority's own end is cut off.</param>
    /// <param name="signingKey">The public key of the key with which the node signs in the protocol; <c>default</c> if it has none.</param>
    /// <returns>The certificate and its private key in PEM form.</returns>
    /// <exception cref="ConsensusException">It would never be valid at the same time as the authority.</exception>
    public (string CertificatePem, string KeyPem) Issue(NodeId node, IEnumerable<string> hosts, DateTimeOffset now, TimeSpan validity, PublicKey signingKey = default)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validity, TimeSpan.Zero);
        var (from, until) = Within(now, validity);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Consensus node {node}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(CertificateChains.NodeUsages, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            _certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(Names(node, hosts, signingKey));

        using var certificate = request.Create(_certificate, from, until, SerialNumber());
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    /// <summary>The one among several certificates that belongs to a key. Where there is one only, whether it does is found out by who joins the two.</summary>
    private static string OfKey(string certificatePem, string keyPem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(certificatePem);
        if (certificates.Count < 2)
        {
            return certificatePem;
        }

        using var key = ECDsa.Create();
        key.ImportFromPem(keyPem);
        var publicKey = key.ExportSubjectPublicKeyInfo();
        return certificates.FirstOrDefault(certificate => certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(publicKey))?.ExportCertificatePem()
            ?? throw new CryptographicException($"None of the {certificates.Count} certificates belongs to the key.");
    }

    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialNumberBytes);

        // Positive, and as long as it looks.
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }

    /// <summary>The part of a certificate's time in which the authority is valid too: one that outlives its authority would be refused then.</summary>
    private (DateTimeOffset From, DateTimeOffset Until) Within(DateTimeOffset now, TimeSpan validity)
    {
        var start = new DateTimeOffset(_certificate.NotBefore).ToUniversalTime();
        var end = new DateTimeOffset(_certificate.NotAfter).ToUniversalTime();
        var from = now - ClockSkew;
        var until = validity < DateTimeOffset.MaxValue - now ? now + validity : DateTimeOffset.MaxValue;
        return from < end && until > start
            ? (from < start ? start : from, until < end ? until : end)
            : throw new ConsensusException(
                ConsensusFailure.InvalidConfiguration,
                $"The certificate would be valid from {from:u} to {until:u}, and the cluster's authority is valid from {start:u} to {end:u}; allowed: a time that overlaps with the authority's.{(from >= end ? " An authority that has expired is replaced by a new one." : "")}");
    }

    private X509Extension Names(NodeId node, IEnumerable<string> hosts, PublicKey signingKey)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(NodeName.Of(Cluster, node));
        if (!signingKey.IsNone)
        {
            names.AddUri(SigningKeyName.Of(signingKey));
        }

        foreach (var host in hosts.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        return names.Build();
    }
}
