using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Puts commit proofs together from the log and from what an engine keeps about its commits. Changes nothing.</summary>
internal static class CommitProofs
{
    /// <summary>Answers for an entry.</summary>
    /// <param name="log">The log.</param>
    /// <param name="index">The entry.</param>
    /// <param name="voucherOf">What shows that a committed block is committed, if the engine still has it.</param>
    /// <param name="oldest">The first block of which it has; asked for if it has none.</param>
    public static ProofAnswer Of(
        BlockLog log, LogIndex index, Func<SequenceNumber, (ImmutableArray<ChainNode> Chain, QuorumCertificate Votes)?> voucherOf, Func<SequenceNumber> oldest)
    {
        if (WhyNot(log, index, out var number) is { } refusal)
        {
            return refusal;
        }

        // A proof hashes the whole block, on the replica's loop. So the certificate comes first: without one there is nothing to hash for.
        if (voucherOf(number) is not var (chain, votes))
        {
            return new ProofAnswer(
                RefusalReason.NotHere,
                $"This replica has no certificate of block {number} with entry {index}: it has those from block {oldest()} to {log.Committed}, but for what came by a checkpoint. Another replica may have it.",
                null,
                log.PayloadAt(index));
        }

        var command = log.CommandAt(index);
        return new ProofAnswer(RefusalReason.None, "", new CommitProof(command, chain, votes), command.Payload);
    }

    /// <summary>The command of a committed entry, without proof: of its block nothing else is read.</summary>
    /// <param name="log">The log.</param>
    /// <param name="index">The entry.</param>
    public static ProofAnswer FindCommand(BlockLog log, LogIndex index) =>
        WhyNot(log, index, out _) ?? new ProofAnswer(RefusalReason.None, "", null, log.PayloadAt(index));

    /// <returns>Why there is no committed command to be had at an entry; nothing, if there is one.</returns>
    private static ProofAnswer? WhyNot(BlockLog log, LogIndex index, out SequenceNumber number)
    {
        number = default;
        if (index > log.CommitIndex)
        {
            return ProofAnswer.Refused(RefusalReason.NotHere, $"Entry {index} is not known to be committed here; entry {log.CommitIndex} is the last that is.");
        }

        if (!log.TryFindBlock(index, out number))
        {
            return ProofAnswer.Refused(RefusalReason.NotHere, $"Entry {index} is no longer in the log here, which begins with block {log.Base.Next}. Another replica may have it.");
        }

        return log.IsCommand(index) ? null : ProofAnswer.Refused(RefusalReason.NotHere, $"Entry {index} is no command: it ends block {number}.");
    }
}
