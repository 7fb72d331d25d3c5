namespace Consensus.Cryptography;

/// <summary>What became of a request, signed by one member. One member may lie: <see cref="ReplyTally"/> says when it is true. <see cref="SignedReplyDocument"/> is its text.</summary>
/// <param name="Content">What the member says.</param>
/// <param name="Domain">The cluster and the epoch.</param>
/// <param name="Signer">The member.</param>
/// <param name="Signature">Its signature over <see cref="ReplyContent.ToStatement"/>.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed record SignedReply(ReplyContent Content, SigningDomain Domain, NodeId Signer, Signature Signature);
