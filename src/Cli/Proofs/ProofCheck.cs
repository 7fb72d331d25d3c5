using Consensus.Cli.Evidence;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Cli.Proofs;

/// <summary>Checks a file with a commit proof, away from any node: with the public keys that stand in a node's configuration, and HotStuff's rules.</summary>
internal static class ProofCheck
{
    /// <summary>Checks a file.</summary>
    /// <param name="file">The file with the proof.</param>
    /// <param name="configuration">The configuration of any node of the cluster.</param>
    /// <exception cref="UsageException">A file cannot be read, or the configuration does not list the members' keys.</exception>
    public static ProofCheckResult Run(string file, string configuration)
    {
        var (cluster, members, rule, _) = ConfiguredMembers.Read(Path.GetFullPath(configuration));
        if (!CommitProofDocument.TryParse(BoundedFile.Read(Path.GetFullPath(file), CommitProofDocument.LengthMax), out var document, out var defect))
        {
            return new ProofCheckResult(Valid: false, $"{defect.Kind}", defect.Detail);
        }

        var proof = document.Proof;
        var domain = proof.Votes.Statement.Domain;
        var isProven = CommitProofVerifier.Verify(proof, SigningDomain.Of(cluster, Epoch.Zero, members), members, rule, Ed25519.Load(), out defect);
        var isCommand = CommandEnvelope.TryRead(proof.Command.Payload.Span, out var envelope) && envelope.Kind is CommandKind.Command or CommandKind.SignedCommand;
        return new ProofCheckResult(
            isProven,
            defect is null ? null : $"{defect.Kind}",
            defect?.Detail ?? (isCommand
                ? $"Request {envelope.Request.Sequence} of session {envelope.Request.Client} is committed in block {proof.Block}; {proof.Votes.Signatures.Length} of {members.Count} members have signed."
                : $"An entry without a command is committed in block {proof.Block}; {proof.Votes.Signatures.Length} of {members.Count} members have signed."),
            $"{domain.Cluster}",
            domain.Epoch.Value,
            proof.Block.Value,
            proof.Command.Place,
            proof.Command.BatchPlace,
            proof.Command.Origin.Value,
            document.Index.Value,
            isCommand ? envelope.Request.Client.Value : null,
            isCommand ? envelope.Request.Sequence : null,
            isCommand ? $"{Blake3.Hash(envelope.Body)}" : null);
    }
}
