using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Consensus.Transport;

/// <summary>What a node shows to its peers, and whom it trusts. Immutable, for any number of connections.</summary>
/// <remarks>Never disposed: a connection may still use it after it was replaced, and its handles are freed with the last of them.</remarks>
public sealed class TlsCredentials
{
    internal TlsCredentials(X509Certificate2 certificate, X509Certificate2Collection intermediates, X509Certificate2Collection authorities)
    {
        Certificate = certificate;
        Authorities = authorities;
        Context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    /// <summary>The node's certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate with those that lead to the authority, as it is sent.</summary>
    internal SslStreamCertificateContext Context { get; }

    /// <summary>The authorities whose nodes are trusted.</summary>
    internal X509Certificate2Collection Authorities { get; }
}
