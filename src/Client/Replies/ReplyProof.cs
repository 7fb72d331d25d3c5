using Consensus.Cryptography;

namespace Consensus.Client;

/// <summary>What the nodes said of a write when each was asked by itself.</summary>
/// <param name="IsProven">Whether as many members have signed the same as are needed: one of them tells the truth.</param>
/// <param name="Needed">How many that are: f+1.</param>
/// <param name="Replies">The replies with valid signatures, one of each member. For whoever wants to show them to somebody else.</param>
/// <param name="Claims">Who said what, each node once, in the order of their addresses; also what counted for nothing.</param>
public sealed record ReplyProof(bool IsProven, int Needed, IReadOnlyList<SignedReply> Replies, IReadOnlyList<ReplyClaim> Claims)
{
    /// <summary>The same in one sentence for each node.</summary>
    public override string ToString() =>
        $"{Needed} members must sign the same. {string.Join(" ", Claims.Select(claim => $"{claim.Node}: {claim.Says.TrimEnd('.')}."))}".TrimEnd();
}
