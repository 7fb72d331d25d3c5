namespace Consensus.Transport;

/// <summary>Where a node's certificate is, and what it trusts: files in PEM form.</summary>
/// <param name="CertificateFile">The node's certificate, followed by those between it and the authority, if there are any.</param>
/// <param name="KeyFile">Its private key, PKCS#8 and not encrypted. Nobody but the node's user, and at most its group, may read the file.</param>
/// <param name="AuthorityFile">The certificates of the authorities whose nodes are trusted: one, or two while it is exchanged.</param>
public sealed record PemFiles(string CertificateFile, string KeyFile, string AuthorityFile);
