using Consensus.Cryptography;

namespace Consensus.Engine;

/// <summary>What proves that an entry is committed, or why there is nothing.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> if there is what was asked for.</param>
/// <param name="Detail">What the replica has instead.</param>
/// <param name="Proof">The proof; none, if the command alone was asked for.</param>
/// <param name="Payload">The entry, if it is a committed command of the log here; also if there is no proof of it. In memory of its own.</param>
public sealed record ProofAnswer(RefusalReason Refusal, string Detail, CommitProof? Proof, ReadOnlyMemory<byte>? Payload)
{
    /// <summary>There is neither proof nor command.</summary>
    public static ProofAnswer Refused(RefusalReason reason, string detail) => new(reason, detail, null, null);
}
