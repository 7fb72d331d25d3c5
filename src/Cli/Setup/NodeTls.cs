namespace Consensus.Cli.Setup;

/// <summary>Where a node's certificate, its key and the authority's certificate are, relative to the configuration file.</summary>
internal sealed record NodeTls(string CertificateFile, string KeyFile, string AuthorityFile);
