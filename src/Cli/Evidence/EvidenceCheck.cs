using Consensus.Cli.Nodes;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hosting.Binding;

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
        var (cluster, members) = ReadMembers(Path.GetFullPath(configuration));
        if (!EvidenceDocument.TryParse(Read(Path.GetFullPath(file)), out var document, out var defect))
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

    /// <summary>The keys alone: where the node's own files are, and whether they are in order, does not matter here.</summary>
    private static (ClusterId Cluster, SignerSet Members) ReadMembers(string path)
    {
        var options = new ConsensusOptions();
        ConsensusOptionsBinder.Bind(ConfigurationFile.Read(path).Settings.GetSection(ConfigurationFile.NodeSection), options);
        var keys = MemberKeys.Of(options);
        if (options.BindingProblems.Sentences.Count > 0)
        {
            throw new UsageException(string.Join(Environment.NewLine, options.BindingProblems.Sentences));
        }

        if (options.ClusterId == ClusterId.None || keys.Length == 0 || keys.Length < options.Members.Count)
        {
            throw new UsageException(
                $"{path} has the public keys of {keys.Length} of {options.Members.Count} members; allowed: a configuration with the ClusterId, and for each of Members the PublicKey, 64 hexadecimal digits.");
        }

        try
        {
            return (options.ClusterId, SignerSet.Create(keys));
        }
        catch (ConsensusException exception)
        {
            throw new UsageException($"{path} does not say whose key is whose. {exception.Message}");
        }
    }

    private static byte[] Read(string path)
    {
        try
        {
            // One byte more than is allowed tells that a file is too long, however long it is.
            using var stream = File.OpenRead(path);
            var bytes = new byte[EvidenceDocument.LengthMax + 1];
            return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {exception.Message}");
        }
    }
}
