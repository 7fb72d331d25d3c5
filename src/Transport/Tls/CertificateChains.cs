using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Consensus.Transport;

/// <summary>Which certificates are trusted, and in words why one is not.</summary>
internal static class CertificateChains
{
    // RFC 5280, section 4.2.1.12.
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>What a node's certificate is for: it dials, and is dialled.</summary>
    public static OidCollection NodeUsages => [new Oid(ServerAuthentication), new Oid(ClientAuthentication)];

    /// <summary>The rules for a peer's certificate: issued by one of the authorities and by nobody else, whatever the machine trusts.</summary>
    /// <param name="authorities">Who is trusted.</param>
    /// <param name="isServer">Whether the peer was dialled, and did not dial.</param>
    /// <param name="now">The time at which it must be valid.</param>
    public static X509ChainPolicy Policy(X509Certificate2Collection authorities, bool isServer, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = now.LocalDateTime,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(isServer ? ServerAuthentication : ClientAuthentication));
        return policy;
    }

    /// <summary>Why a chain does not lead to trust.</summary>
    public static string Describe(X509Certificate2 certificate, X509Chain chain)
    {
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (sum, status) => sum | status.Status);
        if (flags.HasFlag(X509ChainStatusFlags.PartialChain) || flags.HasFlag(X509ChainStatusFlags.UntrustedRoot))
        {
            return "was not issued by an authority that this node trusts";
        }

        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return $"is valid from {Utc(certificate.NotBefore)} to {Utc(certificate.NotAfter)} only, or one that it depends on has expired";
        }

        return flags.HasFlag(X509ChainStatusFlags.NotValidForUsage)
            ? "was not issued for both ends of a connection (client and server authentication)"
            : $"is not acceptable ({flags})";
    }

    /// <summary>Why a server cannot show a certificate, whoever has issued it; null if it can.</summary>
    public static string? WhyNoServer(X509Certificate2 certificate, DateTimeOffset now)
    {
        if (now.UtcDateTime < certificate.NotBefore.ToUniversalTime() || now.UtcDateTime > certificate.NotAfter.ToUniversalTime())
        {
            return $"is valid from {Utc(certificate.NotBefore)} to {Utc(certificate.NotAfter)} only";
        }

        // A certificate without this extension is for every usage.
        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault()?.EnhancedKeyUsages;
        return usages is null || usages.Cast<Oid>().Any(usage => usage.Value == ServerAuthentication) ? null : "was not issued for a server";
    }

    private static string Utc(DateTime time) => $"{time.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z";
}
