using System.Collections.Immutable;

namespace Consensus.Cryptography;

/// <summary>
/// That a command is committed, for anybody who has the members' public keys: <see cref="CommitProofVerifier"/> says whether it is so. <see cref="CommitProofDocument"/> is its text.
/// </summary>
/// <param name="Command">The command, and where it lies in its block.</param>
/// <param name="Chain">HotStuff: the nodes from that of the block to the certified one. PBFT: none.</param>
/// <param name="Votes">PBFT: the commits of the block. HotStuff: the votes for the last node.</param>
/// <remarks>Immutable and safe to share between threads. The place is the number of the block and the order in it; no digest of a block covers an index in the log.</remarks>
public sealed record CommitProof(ProvenCommand Command, ImmutableArray<ChainNode> Chain, QuorumCertificate Votes)
{
    /// <summary>The number of the block, once the proof is verified.</summary>
    public SequenceNumber Block => Chain.IsEmpty ? Votes.Statement.Sequence : Chain[0].Height;
}
