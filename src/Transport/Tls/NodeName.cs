using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Consensus.Transport;

/// <summary>
/// How a certificate says whose it is: by a DNS name that holds the node's number and its cluster,
/// <c>node-3.6f1c3f8a0a354f0e9a4e3f1f0c6f7c11.consensus.internal</c>.
/// </summary>
/// <remarks>A name nobody resolves, so that a node keeps its certificate wherever it moves; <c>.internal</c> is set aside for private use.</remarks>
public static class NodeName
{
    private const string Prefix = "node-";
    private const string Suffix = ".consensus.internal";

    // RFC 5280, section 4.2.1.6.
    private const string SubjectAlternativeNames = "2.5.29.17";

    /// <summary>The name of a node.</summary>
    public static string Of(ClusterId cluster, NodeId node) => $"{Prefix}{node.Value.ToString(CultureInfo.InvariantCulture)}{SuffixOf(cluster)}";

    /// <summary>The nodes of a cluster that a certificate names; more than one is one too many.</summary>
    public static IReadOnlyList<NodeId> In(X509Certificate2 certificate, ClusterId cluster)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var nodes = new List<NodeId>();
        foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == SubjectAlternativeNames))
        {
            var names = new X509SubjectAlternativeNameExtension(extension.RawData, extension.Critical);
            foreach (var name in names.EnumerateDnsNames())
            {
                if (TryParse(name, cluster, out var node))
                {
                    nodes.Add(node);
                }
            }
        }

        return nodes;
    }

    private static bool TryParse(string name, ClusterId cluster, out NodeId node)
    {
        node = NodeId.None;
        var suffix = SuffixOf(cluster);
        if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || !name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var digits = name.AsSpan(Prefix.Length, Math.Max(0, name.Length - Prefix.Length - suffix.Length));
        if (!uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return false;
        }

        node = new NodeId(number);
        return true;
    }

    private static string SuffixOf(ClusterId cluster) => $".{cluster.Value:N}{Suffix}";
}
