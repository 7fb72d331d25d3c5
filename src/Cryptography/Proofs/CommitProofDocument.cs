using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Consensus.Cryptography;

/// <summary>A commit proof as a text that a person keeps and mails, and that <c>consensus proof verify</c> checks.</summary>
/// <remarks>
/// <para>A JSON object of at most <see cref="LengthMax"/> bytes; digests have 64 hexadecimal digits, signatures 128:</para>
/// <code>
/// {
///   "format": "consensus-commit-proof-1",
///   "index": 41,                              informational: the replica's word, no vote covers it
///   "cluster": "6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11", "epoch": 0, "epoch_id": "…",
///   "command": {
///     "payload": "…",                         base64: kind 1, session 8, number 8, acknowledged below 8 (little-endian), command
///     "place": 0, "commands": ["…"],          which of its batch; the digests of them all
///     "origin": 2, "batch_number": 7,
///     "batch_place": 0, "batches": ["…"],     which of the block; the digests of them all
///     "time": 1767225600000                   the proposer's clock, milliseconds since 1970
///   },
///   "chain": [                                HotStuff: from the block's node to the certified one; PBFT: empty
///     { "view": 3, "height": 9, "parent_view": 2, "parent": "…", "block": "…", "failed": [{ "leader": 1, "term": 0 }] }
///   ],
///   "votes": { "kind": "PbftCommit", "view": 0, "sequence": 9, "hash": "…", "signatures": [{ "signer": 1, "signature": "…" }] }
/// }
/// </code>
/// <para>In a hybrid the format is "consensus-commit-proof-2", and there is one key more: "epochs", an object that says what began the epochs up to that of the proof (<see cref="Epochs"/>).</para>
/// <para>Read strictly: each key once, none missing, none beside them. Immutable and safe to share between threads.</para>
/// </remarks>
/// <param name="Proof">The proof.</param>
/// <param name="Index">The entry of the log, as the replica says that gave the proof.</param>
public sealed record CommitProofDocument(CommitProof Proof, LogIndex Index)
{
    /// <summary>What the text says about its own form.</summary>
    public const string Format = "consensus-commit-proof-1";

    /// <summary>The same, of a text that says what began the epoch.</summary>
    public const string FormatWithEpochs = "consensus-commit-proof-2";

    /// <summary>How many bytes a text has at most.</summary>
    public const int LengthMax = 64 * 1024 * 1024;

    /// <summary>What began the epochs of a hybrid, up to that of the proof: a JSON object in UTF-8, which <c>EpochHistoryDocument</c> checks; nothing, where there is only one epoch.</summary>
    public ReadOnlyMemory<byte> Epochs { get; init; }

    /// <summary>Gives the text, in UTF-8.</summary>
    public byte[] ToUtf8()
    {
        ref readonly var statement = ref Proof.Votes.Statement;
        var command = Proof.Command;
        var file = new CommitProofFile(
            Epochs.IsEmpty ? Format : FormatWithEpochs,
            Index.Value,
            $"{statement.Domain.Cluster}",
            statement.Domain.Epoch.Value,
            $"{statement.Domain.EpochId}",
            new CommandFile(
                command.Payload.ToArray(), command.Place, Texts(command.Commands), command.Origin.Value, command.BatchNumber, command.BatchPlace, Texts(command.Batches), command.Time.UnixMilliseconds),
            [.. Proof.Chain.Select(FileOf)],
            new VotesFile(
                $"{statement.Kind}", statement.View.Value, statement.Sequence.Value, $"{statement.Hash}", [.. Proof.Votes.Signatures.Select(each => new SignatureFile(each.Signer.Value, $"{each.Signature}"))]),
            Epochs.IsEmpty ? null : JsonElement.Parse(Epochs.Span));
        return ProofText.Write(file, ProofJson.Default.CommitProofFile);
    }

    /// <summary>Reads a text. The signatures are not checked.</summary>
    /// <param name="text">The text in UTF-8, all of it.</param>
    /// <param name="document">The document, if the text is one.</param>
    /// <param name="defect">What is wrong, if it is not. Nothing is thrown for any text.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out CommitProofDocument? document, [NotNullWhen(false)] out ProofDefect? defect)
    {
        try
        {
            var file = ProofText.Read(text, LengthMax, ProofJson.Default.CommitProofFile);
            ProofText.RequireFormat(file.Format, file.Epochs is null ? Format : FormatWithEpochs);
            document = new CommitProofDocument(new CommitProof(CommandOf(file.Command), [.. ProofText.Elements(file.Chain, "chain").Select(NodeOf)], VotesOf(file)), new LogIndex(file.Index))
            {
                Epochs = file.Epochs is { } epochs ? Encoding.UTF8.GetBytes(epochs.GetRawText()) : default,
            };
            defect = null;
            return true;
        }
        catch (ProofTextException exception)
        {
            document = null;
            defect = new ProofDefect(ProofDefectKind.Malformed, $"This is no commit proof. {exception.Message}");
            return false;
        }
    }

    private static ProvenCommand CommandOf(CommandFile file) => new(
        file.Payload,
        file.Place,
        ProofText.Digests(file.Commands, "command.commands"),
        new NodeId(file.Origin),
        file.BatchNumber,
        file.BatchPlace,
        ProofText.Digests(file.Batches, "command.batches"),
        new Timestamp(file.Time));

    private static ChainNode NodeOf(NodeFile file) => new(
        new ViewNumber(file.View),
        new SequenceNumber(file.Height),
        new ViewNumber(file.ParentView),
        ProofText.Digest(file.Parent, "chain.parent"),
        ProofText.Digest(file.Block, "chain.block"),
        [.. ProofText.Elements(file.Failed, "chain.failed").Select(failed => new FailedLeader(new NodeId(failed.Leader), failed.Term))]);

    private static QuorumCertificate VotesOf(CommitProofFile file)
    {
        var votes = file.Votes;

        // Not Enum.TryParse, which takes numbers and lists as well.
        var kind = Array.Find(Enum.GetValues<StatementKind>(), kind => votes.Kind.Equals($"{kind}", StringComparison.Ordinal));
        var statement = new Statement(
            ProofText.Domain(file.Cluster, file.Epoch, file.EpochId), kind, new ViewNumber(votes.View), new SequenceNumber(votes.Sequence), ProofText.Digest(votes.Hash, "votes.hash"));
        var signatures = ProofText.Elements(votes.Signatures, "votes.signatures")
            .Select(each => new MemberSignature(new NodeId(each.Signer), ProofText.Signature(each.Signature, "votes.signatures.signature")))
            .ToImmutableArray();
        for (var i = 0; i < signatures.Length; i++)
        {
            if (i > 0 && signatures[i].Signer <= signatures[i - 1].Signer)
            {
                throw new ProofTextException($"votes.signatures has node {signatures[i].Signer} after node {signatures[i - 1].Signer}; signers must grow.");
            }
        }

        return signatures.IsEmpty ? throw new ProofTextException("votes.signatures is empty; allowed: one and more.") : new QuorumCertificate(statement, signatures);
    }

    private static NodeFile FileOf(ChainNode node) => new(
        node.View.Value,
        node.Height.Value,
        node.ParentView.Value,
        $"{node.Parent}",
        $"{node.Block}",
        [.. node.Failed.Select(failed => new FailedFile(failed.Leader.Value, failed.Term))]);

    private static string[] Texts(ImmutableArray<Digest> digests) => [.. digests.Select(digest => $"{digest}")];
}
