using Consensus.Cli.Evidence;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.Hybrid;

namespace Consensus.Cli.Proofs;

/// <summary>Checks a file with a commit proof, away from any node: with the public keys that stand in a node's configuration, and HotStuff's rules.</summary>
internal static class ProofCheck
{
    /// <summary>Checks a file.</summary>
    /// <param name="file">The file with the proof.</param>
    /// <param name="configuration">The configuration of any node of the cluster.</param>
    /// <param name="epochs">What began a hybrid's later epochs, in place of what the file says of them.</param>
    /// <exception cref="UsageException">A file cannot be read, the configuration does not list the members' keys, or the epochs are not those of the group.</exception>
    public static ProofCheckResult Run(string file, string configuration, string? epochs)
    {
        var trusted = ConfiguredMembers.Read(Path.GetFullPath(configuration));
        var history = EpochsOption.Read(epochs, trusted);
        if (!CommitProofDocument.TryParse(BoundedFile.Read(Path.GetFullPath(file), CommitProofDocument.LengthMax), out var document, out var defect))
        {
            return new ProofCheckResult(Valid: false, $"{defect.Kind}", defect.Detail);
        }

        var proof = document.Proof;
        var domain = proof.Votes.Statement.Domain;
        var members = trusted.Members;
        defect = history is null
            ? DefectOf(proof, SigningDomain.Of(trusted.Cluster, Epoch.Zero, members), members, trusted.Rule)
            : DefectIn(history, epochs is null ? document.Epochs : default, trusted.Rule, proof, out members);
        var isProven = defect is null;
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

    private static ProofDefect? DefectOf(CommitProof proof, in SigningDomain domain, SignerSet members, CommitRule rule) =>
        CommitProofVerifier.Verify(proof, domain, members, rule, Ed25519.Load(), out var defect) ? null : defect;

    /// <summary>Checks a proof by the members of its epoch, which follow from the first one.</summary>
    private static ProofDefect? DefectIn(EpochHistory history, ReadOnlyMemory<byte> epochs, CommitRule rule, CommitProof proof, out SignerSet members)
    {
        members = history.First.Members;
        if (!epochs.IsEmpty)
        {
            if (!EpochHistoryDocument.TryParse(epochs.Span, history.First, Ed25519.Load(), out var read, out var problem))
            {
                return new ProofDefect(ProofDefectKind.OtherDomain, $"What the file says of the epochs does not follow from the configuration. {problem}");
            }

            history = read;
        }

        var domain = proof.Votes.Statement.Domain;
        if (history.Find(domain) is not { } epoch)
        {
            return new ProofDefect(ProofDefectKind.OtherDomain, $"The votes are of {domain}. {history.Extent} A later one needs --epochs FILE, as consensus epochs --output FILE writes it.");
        }

        members = epoch.Members;
        return epoch.Protocol == EpochProtocol.Raft
            ? new ProofDefect(ProofDefectKind.OtherKind, $"Epoch {epoch.Number.Value} runs raft, which commits nothing by votes that are signed: what is signed there agrees on the epoch's end, and is no command.")
            : DefectOf(proof, epoch.Domain, members, RuleIn(epoch, rule));
    }

    /// <summary>What commits a node of HotStuff in an epoch: as an operator has ordered it, or else as all members are configured.</summary>
    private static CommitRule RuleIn(EpochDescriptor epoch, CommitRule configured) => epoch.Settings.HotStuffRules switch
    {
        HotStuffRuleSet.ThreeChain => CommitRule.ThreeChain,
        HotStuffRuleSet.TwoChain => CommitRule.TwoChain,
        null => configured,
    };
}
