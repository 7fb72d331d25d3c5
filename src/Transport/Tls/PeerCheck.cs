using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Consensus.Transport;

/// <summary>Looks at the certificate that one peer shows on one connection.</summary>
internal sealed class PeerCheck
{
    private readonly ClusterId _cluster;
    private readonly NodeId _expected;
    private readonly ExpectedKeys _keys;

    /// <summary>Creates the check of one connection.</summary>
    /// <param name="cluster">The cluster whose nodes are trusted.</param>
    /// <param name="expected">The node that was dialled; <see cref="NodeId.None"/> if it is the peer who dialled, and may be any.</param>
    /// <param name="keys">With which key each node signs.</param>
    public PeerCheck(ClusterId cluster, NodeId expected, ExpectedKeys keys)
    {
        _cluster = cluster;
        _expected = expected;
        _keys = keys;
    }

    /// <summary>The node that the certificate names. Proven only if there is no <see cref="Problem"/>.</summary>
    public NodeId Node { get; private set; }

    /// <summary>Why the certificate is not accepted; null if it is, or was not shown yet.</summary>
    public string? Problem { get; private set; }

    /// <summary>The callback of the handshake.</summary>
    public bool Accept(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        Problem = FindProblem(shown as X509Certificate2, chain, errors);
        return Problem is null;
    }

    /// <summary>Notes why the handshake failed, unless the certificate was the reason.</summary>
    public void Fail(string problem) => Problem ??= problem;

    private string? FindProblem(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || chain is null)
        {
            return "it showed no certificate";
        }

        var nodes = NodeName.In(certificate, _cluster);
        Node = nodes.Count == 1 ? nodes[0] : NodeId.None;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            return $"its certificate {CertificateChains.Describe(certificate, chain)}";
        }

        return nodes switch
        {
            [] => "its certificate names no node of this cluster",
            [_, _, ..] => "its certificate names more than one node",
            [var node] when _expected != NodeId.None && node != _expected => $"its certificate is that of node {node}, not of node {_expected}",
            [var node] => _keys.WhyRefused(certificate, node) is { } reason ? $"its certificate {reason}" : null,
        };
    }
}
