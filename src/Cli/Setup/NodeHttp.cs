namespace Consensus.Cli.Setup;

/// <summary>Where a node serves its HTTP API.</summary>
/// <param name="Listen">The address.</param>
/// <param name="CertificateFile">Its certificate; left out for HTTP in the clear.</param>
/// <param name="KeyFile">The certificate's key.</param>
internal sealed record NodeHttp(string Listen, string? CertificateFile = null, string? KeyFile = null)
{
    /// <summary>Serves HTTPS with the certificate by which the node is known to the others: it has the API's host among its names.</summary>
    public NodeHttp Secured(uint node)
    {
        var files = ClusterFolder.TlsOf(node);
        return this with { CertificateFile = files.CertificateFile, KeyFile = files.KeyFile };
    }
}
