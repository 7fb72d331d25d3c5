using Consensus.Cryptography;
using Consensus.Hosting;

namespace Consensus.Cli.Evidence;

/// <summary>Checks a file with evidence, away from any node: with the public keys that stand in a node's configuration, and nothing else of it.</summary>
internal static class EvidenceCheck
{
    /// <summary>Checks a file.</summary>
    /// <param name="file">The file with the evidence.</param>
    /// <param name="configuration">The configuration of any node of the cluster.</param>
    /// <exception cref="UsageException">A file cannot be read, or the configuration does not list the members' keys.</exception>
    public static EvidenceResult Run(string file, string configuration)
    {
        var (cluster, members, _) = ConfiguredMembers.Read(Path.GetFullPath(configuration));
        if (!EvidenceDocument.TryParse(BoundedFile.Read(Path.GetFullPath(file), EvidenceDocument.LengthMax), out var document, out var defect))
        {
            return new EvidenceResult(Valid: false, $"{defect.Kind}", defect.Detail, Signer: null, Kind: null, Cluster: null, Epoch: null, SeenAt: null);
        }

        var evidence = document.Evidence;
        defect = FindDefect(evidence, cluster, members);
        return new EvidenceResult(
            defect is null,
            defect is null ? null : $"{defect.Kind}",
            defect?.Detail ?? $"{evidence}",
            evidence.Signer.Value,
            $"{evidence.Kind}",
            $"{evidence.Domain.Cluster}",
            evidence.Domain.Epoch.Value,
            document.SeenAt);
    }

    private static EvidenceDefect? FindDefect(EquivocationEvidence evidence, ClusterId cluster, SignerSet members)
    {
        if (evidence.Domain.Cluster != cluster)
        {
            return new EvidenceDefect(EvidenceDefectKind.OtherDomain, $"The evidence is of cluster {evidence.Domain.Cluster}; the configuration is of cluster {cluster}.");
        }

        return EvidenceVerifier.Verify(evidence, members, Ed25519.Load(), out var defect) ? null : defect;
    }
}
