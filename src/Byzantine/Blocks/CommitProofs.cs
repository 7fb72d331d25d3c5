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
    /// <param name="oldest">The first block of which it has.</param>
    public static ProofAnswer Of(BlockLog log, LogIndex index, Func<SequenceNumber, (ImmutableArray<ChainNode> Chain, QuorumCertificate Votes)?> voucherOf, SequenceNumber oldest)
    {
        if (index > log.CommitIndex)
        {
            return ProofAnswer.Refused(RefusalReason.NotHere, $"Entry {index} is not known to be committed here; entry {log.CommitIndex} is the last that is.");
        }

        if (!log.TryFindBlock(index, out var number))
        {
            return ProofAnswer.Refused(RefusalReason.NotHere, $"Entry {index} is no longer in the log here, which begins with block {log.Base.Next}. Another replica may have it.");
        }

        if (log.CommandAt(index) is not { } command)
        {
            return ProofAnswer.Refused(RefusalReason.NotHere, $"Entry {index} is no command: it ends block {number}.");
        }

        return voucherOf(number) is var (chain, votes)
            ? new ProofAnswer(RefusalReason.None, "", new CommitProof(command, chain, votes), command.Payload)
            : new ProofAnswer(
                RefusalReason.NotHere,
                $"This replica has no certificate of block {number} with entry {index}: it has those from block {oldest} to {log.Committed}, but for what came by a checkpoint. Another replica may have it.",
                null,
                command.Payload);
    }
}
