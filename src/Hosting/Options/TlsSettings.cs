using Consensus.Configuration;
using Consensus.Transport;

namespace Consensus.Hosting;

/// <summary>
/// By what this node shows the others which one it is, and whom it trusts: files in PEM form. With all of them, connections between nodes use
/// TLS 1.3 with a certificate at both ends; with none, they are in the clear.
/// </summary>
/// <remarks>Looked at again at each connection: a renewed certificate needs no restart.</remarks>
public sealed class TlsSettings
{
    /// <summary>The node's certificate, with those between it and the authority. Its DNS names hold <c>node-NUMBER.CLUSTER.consensus.internal</c>.</summary>
    /// <value>Empty: no TLS; else a file. A relative path starts at the working directory.</value>
    public string CertificateFile { get; set; } = "";

    /// <summary>The certificate's private key, not encrypted. Nobody beyond the owner and group of the file may have access to it.</summary>
    /// <value>Empty: no TLS; else a file. A relative path starts at the working directory.</value>
    public string KeyFile { get; set; } = "";

    /// <summary>The certificates of the authorities whose nodes are trusted: one, or several while one is exchanged.</summary>
    /// <value>Empty: no TLS; else a file. A relative path starts at the working directory.</value>
    public string AuthorityFile { get; set; } = "";

    /// <summary>How long before the end of the certificate, or of an authority that is trusted, the node begins to warn, at its start and once a day.</summary>
    /// <value>30 d; 0 to 3,650 d. Zero: not before it has ended.</value>
    [DurationRange("0s", "3650d")]
    public TimeSpan ExpiryWarning { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The files; null if connections are in the clear.</summary>
    internal PemFiles? Files => IsGiven ? new PemFiles(CertificateFile, KeyFile, AuthorityFile) : null;

    private bool IsGiven => CertificateFile.Length > 0 || KeyFile.Length > 0 || AuthorityFile.Length > 0;
}
