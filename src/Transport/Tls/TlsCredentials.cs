using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Consensus.Transport;

/// <summary>
/// What a node shows to its peers, and whom it trusts. Immutable, for any number of connections; as a source it gives itself, for who needs no
/// other while the process lives.
/// </summary>
/// <remarks>Never disposed: a connection may still use it after it was replaced, and its handles are freed with the last of them.</remarks>
public sealed class TlsCredentials : ITlsCredentialSource
{
    internal TlsCredentials(X509Certificate2 certificate, X509Certificate2Collection intermediates, X509Certificate2Collection authorities)
    {
        Certificate = certificate;
        Authorities = authorities;
        Context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    /// <summary>The node's certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <inheritdoc/>
    TlsCredentials ITlsCredentialSource.Current => this;

    /// <summary>The certificate with those that lead to the authority, as it is sent.</summary>
    internal SslStreamCertificateContext Context { get; }

    /// <summary>The authorities whose nodes are trusted.</summary>
    internal X509Certificate2Collection Authorities { get; }

    /// <summary>Makes credentials from texts in PEM form. Peers look at whose they are, and when they expire; this does not.</summary>
    /// <param name="certificatePem">The node's certificate, with those between it and the authority.</param>
    /// <param name="keyPem">Its private key, not encrypted.</param>
    /// <param name="authorityPem">The certificates of the authorities whose nodes are trusted.</param>
    /// <exception cref="CryptographicException">A text is not of this form, or the key is another certificate's.</exception>
    public static TlsCredentials FromPem(string certificatePem, string keyPem, string authorityPem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(certificatePem);
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(authorityPem);
        if (certificates.Count == 0 || authorities.Count == 0)
        {
            throw new CryptographicException("A node's credentials are its certificate and at least one authority, both in PEM form.");
        }

        certificates.RemoveAt(0);
        return new TlsCredentials(WithKey(certificatePem, keyPem), certificates, authorities);
    }

    /// <summary>Joins a certificate, the first of the text, and its key.</summary>
    /// <exception cref="CryptographicException">They do not belong together, or one is damaged.</exception>
    internal static X509Certificate2 WithKey(string certificatePem, string keyPem)
    {
        try
        {
            var pair = X509Certificate2.CreateFromPem(certificatePem, keyPem);

            // Windows' TLS takes no key that lives in memory only.
            return OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null) : pair;
        }
        catch (ArgumentException exception)
        {
            throw new CryptographicException(exception.Message, exception);
        }
    }
}
