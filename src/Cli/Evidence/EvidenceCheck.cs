using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hybrid;

namespace Consensus.Cli.Evidence;

/// <summary>Checks a file with evidence, away from any node: with the public keys that stand in a node's configuration, and those of later epochs that follow from them.</summary>
internal static class EvidenceCheck
{
    /// <summary>Checks a file.</summary>
    /// <param name="file">The file with the evidence.</param>
    /// <param name="configuration">The configuration of any node of the cluster.</param>
    /// <param name="epochs">What began a hybrid's later epochs, if it has some.</param>
    /// <exception cref="UsageException">A file cannot be read, the configuration does not list the members' keys, or the epochs are not those of the group.</exception>
    public static EvidenceResult Run(string file, string configuration, string? epochs)
    {
        var trusted = ConfiguredMembers.Read(Path.GetFullPath(configuration));
        var history = EpochsOption.Read(epochs, trusted);
        if (!EvidenceDocument.TryParse(BoundedFile.Read(Path.GetFullPath(file), EvidenceDocument.LengthMax), out var document, out var defect))
        {
            return new EvidenceResult(Valid: false, $"{defect.Kind}", defect.Detail, Signer: null, Kind: null, Cluster: null, Epoch: null, SeenAt: null);
        }

        var evidence = document.Evidence;
        defect = FindDefect(evidence, trusted, history);
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

    private static EvidenceDefect? FindDefect(EquivocationEvidence evidence, ConfiguredMembers trusted, EpochHistory? epochs)
    {
        if (evidence.Domain.Cluster != trusted.Cluster)
        {
            return new EvidenceDefect(EvidenceDefectKind.OtherDomain, $"The evidence is of cluster {evidence.Domain.Cluster}; the configuration is of cluster {trusted.Cluster}.");
        }

        var signatures = Ed25519.Load();
        if (epochs is null)
        {
            return EvidenceVerifier.Verify(evidence, trusted.Members, signatures, out var defect) ? null : defect;
        }

        return epochs.Verify(evidence, signatures, out var unproven) ? null
            : unproven.Kind == EvidenceDefectKind.OtherDomain ? unproven with { Detail = $"{unproven.Detail} A later one needs --epochs FILE, as consensus epochs --output FILE writes it." }
            : unproven;
    }
}
