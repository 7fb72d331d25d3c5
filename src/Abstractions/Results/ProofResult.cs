namespace Consensus;

/// <summary>The proof that a command is committed, or why there is none.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> if there is one.</param>
/// <param name="Detail">What this replica has instead, if there is none.</param>
/// <param name="Proof">The proof as a text in UTF-8 that anybody can check who has the members' public keys: <c>CommitProofDocument</c> reads it. The memory belongs to the caller.</param>
public sealed record ProofResult(RefusalReason Refusal, string Detail, ReadOnlyMemory<byte> Proof)
{
    /// <summary>Whether there is one.</summary>
    public bool IsProven => Refusal == RefusalReason.None;
}
