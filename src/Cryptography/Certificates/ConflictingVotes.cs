namespace Consensus.Cryptography;

/// <summary>Two signatures of one member for different things in the same place: proof that it is faulty, which anybody can check.</summary>
/// <remarks>
/// A proof only for kinds of which a correct member signs one per view and sequence number; whoever collects votes of a kind in
/// <see cref="VoteCollector"/> says that it is one.
/// </remarks>
/// <param name="First">The vote that was seen first.</param>
/// <param name="Second">The vote that contradicts it.</param>
public sealed record ConflictingVotes(SignedStatement First, SignedStatement Second)
{
    /// <summary>Whether the two contradict each other and both signatures are valid.</summary>
    /// <param name="verifier">The verifier of the epoch in which they were given.</param>
    public bool IsProof(StatementVerifier verifier) =>
        First.Signer == Second.Signer
        && First.Statement.Hash != Second.Statement.Hash
        && First.Statement == Second.Statement with { Hash = First.Statement.Hash }
        && verifier.Verify(First)
        && verifier.Verify(Second);
}
